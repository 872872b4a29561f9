import type { DecisionState } from './decision-state.ts';
import { cooldownOver } from './cooldown-over.ts';
import { formatDuration, formatReplicas, toSentence, describeReading } from './explain.ts';
import type { InstantNeed } from './instant/instant-need.ts';
import { instantNeed } from './instant/instant-need.ts';
import type { InstantTarget } from './instant/instant-target.ts';
import { instantTarget } from './instant/instant-target.ts';
import type { TriggerState } from './keda/evaluate-triggers.ts';
import { evaluateTriggers } from './keda/evaluate-triggers.ts';
import type { LoadSnapshot } from './load-snapshot.ts';
import { makeDecision } from './make-decision.ts';
import { pauseStep } from './pause-step.ts';
import type { DecisionInputs, DecisionStep, ScaleCondition } from './scale-decision.ts';
import type { InstantPolicy } from './scale-policy.ts';

/**
 * The local policy: call it on every arrival, every end of a request, every change of a replica's state, after every
 * reading of the triggers, and at `nextCheckAtMs`. Replicas = requests / slots within the bounds of the ScaledObject;
 * extra replicas stop after a short idle delay, the last one after the cooldown period.
 * It chooses counts only; `chooseVictims` says which replicas, and never names one that is busy.
 *
 * @param options.explains false leaves the explanation empty: a simulation decides half a million times a day, and the
 * sentences would be a third of its work.
 */
export function decideInstant(
  snapshot: LoadSnapshot,
  policy: InstantPolicy,
  state: DecisionState,
  nowMs: number,
  options: { readonly explains: boolean } = { explains: true },
): DecisionStep {
  const inputs: DecisionInputs = { clock: 'instant', snapshot, policy, state, nowMs };
  const pause = pauseStep(inputs);
  if (pause !== null) return pause;
  const current = snapshot.specReplicas;
  if (current === null) return unreadable(inputs);
  const isNew =
    snapshot.triggersReadAtMs === undefined || snapshot.triggersReadAtMs !== state.triggersReadAtMs;
  // Nothing that is built here can freeze the whole object: an error of one trigger stays its own.
  const { compat, fallback, formula } = policy;
  const tolerant = { fallback, formula, compat: { ...compat, freezeTrap: false } };
  const triggers = evaluateTriggers(snapshot, tolerant, state, isNew);
  const need = instantNeed(snapshot, policy, triggers);
  const lastActiveMs = need.isActive ? nowMs : latest(state.lastActiveMs, snapshot.lastActivityMs);
  const target = instantTarget({
    snapshot,
    current,
    policy,
    need,
    isError: triggers.isError,
    cooldownEndsAtMs:
      lastActiveMs === null ? state.createdAtMs + policy.initialCooldownMs : lastActiveMs + policy.cooldownMs,
    neverActive: lastActiveMs === null,
    nowMs,
  });
  const active: ScaleCondition = need.isActive
    ? { type: 'Active', status: 'True', reason: 'ScalerActive' }
    : { type: 'Active', status: 'False', reason: 'ScalerNotActive' };
  const decision = makeDecision({
    to: target.to,
    reason: target.reason,
    explanation: options.explains ? explain({ ...inputs, lastActiveMs }, need, target, triggers) : '',
    nextCheckAtMs: target.nextCheckAtMs,
    cooldownEndsAtMs: target.cooldownEndsAtMs,
    conditions: [active],
    inputs,
  });
  return {
    decision,
    state: {
      ...state,
      lastActiveMs,
      originalReplicas: state.originalReplicas ?? current,
      pausedReplicas: null,
      health: triggers.health,
      triggersReadAtMs: snapshot.triggersReadAtMs ?? state.triggersReadAtMs,
    },
  };
}

function unreadable(inputs: DecisionInputs): DecisionStep {
  const decision = makeDecision({
    to: 0,
    reason: 'target-unreadable',
    explanation: 'The replica count of the scale target cannot be read.',
    nextCheckAtMs: null,
    cooldownEndsAtMs: null,
    conditions: [],
    inputs,
  });
  return { decision, state: inputs.state };
}

/** When it was active last, this decision included. */
type Told = DecisionInputs & { readonly lastActiveMs: number | null };

function explain(inputs: Told, need: InstantNeed, target: InstantTarget, triggers: TriggerState): string {
  const why = toSentence(need.why());
  const then = describeTarget(target, inputs, triggers);
  return then === '' ? why : `${why} ${toSentence(then)}`;
}

function describeTarget(
  target: InstantTarget,
  { lastActiveMs, nowMs, policy }: Told,
  triggers: TriggerState,
): string {
  const count = formatReplicas(target.to);
  const stay = count.startsWith('1 ') ? 'stays' : 'stay';
  const wait = target.nextCheckAtMs === null ? '' : formatDuration(target.nextCheckAtMs - nowMs);
  const cooling = target.cooldownEndsAtMs === null ? '' : formatDuration(target.cooldownEndsAtMs - nowMs);
  switch (target.reason) {
    case 'activation':
    case 'load':
    case 'schedule':
    case 'fallback':
    case 'forced-activation':
    case 'start-capacity':
      return target.queued > 0
        ? `${count} now, ${target.queued} more as soon as fewer are starting`
        : `${count}, within ${policy.minReplicas} to ${policy.maxReplicas}`;
    case 'cooling-down':
      return `the cooldown period holds ${count} for another ${cooling}`;
    case 'initial-cooldown':
      return `never active yet: the initial cooldown period holds ${count} for another ${cooling}`;
    case 'cooldown-elapsed':
      return `${cooldownOver(policy, { lastActiveMs })}, so ${count} ${stay}`;
    case 'idle-extra':
      return `replicas beyond ${target.to} have been idle long enough and stop`;
    case 'idle-delay':
      return wait === ''
        ? `${count} ${stay} until one is idle`
        : `${count} ${stay}; the idle delay of one ends in ${wait}`;
    case 'below-minimum':
      return `the minimum is ${count}`;
    case 'above-maximum':
      return `the maximum is ${count}`;
    case 'trigger-error':
    case 'waiting-for-fallback': {
      const failed = triggers.answers.find(({ answer }) => answer.kind === 'error');
      const label = failed === undefined ? 'a trigger failed' : describeReading(failed.reading);
      return `${label}; ${count} ${stay}, because an error never scales to zero`;
    }
    case 'scale-in-paused':
      return `${count} ${stay} because scaling in is paused by annotation`;
    case 'scale-out-paused':
      return `${count} ${stay} because scaling out is paused by annotation`;
    default:
      return '';
  }
}

function latest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.max(a, b);
}
