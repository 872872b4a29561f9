import type { DecisionState } from './decision-state.ts';
import {
  describeReading,
  formatDuration,
  formatNumber,
  formatReplicas,
  toSentence,
  triggerLabel,
} from './explain.ts';
import { evaluateTriggers } from './keda/evaluate-triggers.ts';
import type { TriggerState } from './keda/evaluate-triggers.ts';
import { isFallingBack } from './keda/fallback.ts';
import type { ScaleRequestOutcome } from './keda/request-scale.ts';
import { requestScale } from './keda/request-scale.ts';
import type { LoadSnapshot } from './load-snapshot.ts';
import { makeDecision } from './make-decision.ts';
import { cooldownOver } from './cooldown-over.ts';
import { pauseStep } from './pause-step.ts';
import type { DecisionInputs, DecisionStep, ScaleCondition } from './scale-decision.ts';
import type { ScalePolicy } from './scale-policy.ts';

/**
 * KEDA's poll: 0 ↔ first replicas, and N → 0 or idle after the cooldown. Call it at once and then every
 * `pollingIntervalMs`, counted from start to start. It never looks at how large a value is; `hpaTick` does.
 */
export function kedaTick(
  snapshot: LoadSnapshot,
  policy: ScalePolicy,
  state: DecisionState,
  nowMs: number,
): DecisionStep {
  const inputs: DecisionInputs = { clock: 'keda-poll', snapshot, policy, state, nowMs };
  const pause = pauseStep(inputs);
  if (pause !== null) return pause;
  const triggers = evaluateTriggers(snapshot, policy, state);
  return requestStep(inputs, triggers);
}

/**
 * A push of an external scaler that says "active": decided at once, whatever the last poll said. A push of "inactive"
 * is not for this function: only polls find that out.
 */
export function kedaPush(
  snapshot: LoadSnapshot,
  policy: ScalePolicy,
  state: DecisionState,
  nowMs: number,
): DecisionStep {
  const inputs: DecisionInputs = { clock: 'keda-push', snapshot, policy, state, nowMs };
  const pause = pauseStep(inputs);
  if (pause !== null) return pause;
  return requestStep(inputs, {
    isActive: true,
    isError: false,
    answers: [],
    composite: null,
    health: state.health,
    frozen: null,
  });
}

function requestStep(inputs: DecisionInputs, triggers: TriggerState): DecisionStep {
  const { snapshot, policy, state, nowMs } = inputs;
  const current = snapshot.specReplicas;
  const known: DecisionState = {
    ...state,
    health: triggers.health,
    originalReplicas: state.originalReplicas ?? current,
    pausedReplicas: null,
  };
  if (triggers.frozen !== null && current !== null) {
    const label = triggerLabel(triggers.frozen);
    const decision = makeDecision({
      to: current,
      reason: 'frozen',
      explanation: toSentence(
        `${label} cannot be built (${triggers.frozen.error ?? 'unknown'}), and KEDA then decides nothing for the whole object, not even fallback`,
      ),
      nextCheckAtMs: nowMs + policy.pollingIntervalMs,
      cooldownEndsAtMs: null,
      conditions: [{ type: 'Ready', status: 'False', reason: 'TriggerError' }],
      inputs,
    });
    return { decision, state: known };
  }
  const outcome = requestScale(
    {
      current,
      isActive: triggers.isActive,
      isError: triggers.isError,
      lastActiveMs: state.lastActiveMs,
      createdAtMs: state.createdAtMs,
    },
    policy,
    nowMs,
  );
  const falling = isFallingBack(triggers.health, policy.fallback, policy.formula);
  const fallback: ScaleCondition = {
    type: 'Fallback',
    status: falling ? 'True' : 'False',
    reason: falling ? 'FallbackExists' : 'NoFallbackFound',
  };
  const endsAtMs = outcome.cooldownEndsAtMs;
  const decision = makeDecision({
    to: outcome.replicas,
    reason: outcome.reason,
    explanation: explain(inputs, triggers, outcome),
    nextCheckAtMs: endsAtMs === null ? null : endsAtMs + 1,
    cooldownEndsAtMs: endsAtMs,
    conditions: [...outcome.conditions, fallback],
    inputs,
  });
  // KEDA stores the time of the last activity in whole seconds.
  const lastActiveMs = outcome.refreshesActivity ? Math.floor(nowMs / 1000) * 1000 : state.lastActiveMs;
  return { decision, state: { ...known, lastActiveMs } };
}

function explain(inputs: DecisionInputs, triggers: TriggerState, outcome: ScaleRequestOutcome): string {
  const why = toSentence(describeActivity(inputs, triggers));
  const then = describeOutcome(inputs, outcome);
  return then === '' ? why : `${why} ${toSentence(then)}`;
}

function describeActivity({ clock, policy }: DecisionInputs, triggers: TriggerState): string {
  const { answers, composite, isActive } = triggers;
  if (clock === 'keda-push') return 'a push of an external scaler says active';
  if (policy.formula !== null && composite !== null) {
    if (composite.kind === 'error') return `the formula cannot be computed: ${composite.message}`;
    const than = composite.value > policy.formula.activationTarget ? 'above' : 'not above';
    return `the formula gives ${formatNumber(composite.value)}, ${than} its activation target ${formatNumber(policy.formula.activationTarget)}`;
  }
  const failed = answers.find(({ answer }) => answer.kind === 'error');
  const falling = answers.find(({ answer }) => answer.kind === 'fallback' || answer.kind === 'nil');
  if (falling !== undefined) return `${triggerLabel(falling.reading)} is replaced by its fallback`;
  if (isActive) {
    const active = answers.find(({ reading }) => reading.active && reading.error === null);
    return active === undefined
      ? 'all triggers are cpu or memory, which count as active'
      : describeReading(active.reading);
  }
  if (failed !== undefined) return describeReading(failed.reading);
  const [first] = answers.filter(({ reading }) => !reading.isResource);
  if (first === undefined) return 'no trigger says anything';
  return answers.length === 1
    ? describeReading(first.reading)
    : `no trigger is active; ${describeReading(first.reading)}`;
}

function describeOutcome({ policy, nowMs, state }: DecisionInputs, outcome: ScaleRequestOutcome): string {
  const count = formatReplicas(outcome.replicas);
  const left = outcome.cooldownEndsAtMs === null ? '' : formatDuration(outcome.cooldownEndsAtMs - nowMs);
  switch (outcome.reason) {
    case 'activation':
    case 'forced-activation':
      return `${outcome.reason === 'activation' ? 'activation' : 'the annotation force-activation'} starts ${count}; the HPA decides about more`;
    case 'cooldown-elapsed':
      return `${cooldownOver(policy, state)}, so ${count} stay`;
    case 'cooling-down':
      return `the cooldown period holds ${count} for another ${left}`;
    case 'initial-cooldown':
      return `never active yet: the initial cooldown period holds ${count} for another ${left}`;
    case 'below-minimum':
      return `the minimum is ${count}`;
    case 'waiting-for-fallback':
      return `${count} stay until the fallback takes over`;
    case 'trigger-error':
      return `${count} stay: an error never scales down`;
    case 'partial-trigger-error':
      return `${count} stay; because another trigger fails, this activity does not restart the cooldown`;
    case 'scale-in-paused':
      return `${count} stay because scaling in is paused by annotation`;
    case 'scale-out-paused':
      return `${count} stay because scaling out is paused by annotation`;
    case 'target-unreadable':
      return 'the replica count of the scale target cannot be read';
    default:
      return '';
  }
}
