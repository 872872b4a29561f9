import type { DecisionState, MetricHealth } from '../decision-state.ts';
import type { LoadSnapshot, TriggerReading } from '../load-snapshot.ts';
import type { PolicyBase } from '../scale-policy.ts';
import type { CompositeResult } from './composite.ts';
import { compositeValue } from './composite.ts';
import type { FallbackContext, MetricAnswer } from './fallback.ts';
import { fallbackAnswer, nextHealth } from './fallback.ts';

/** One reading with what fallback made of it. */
export interface AnsweredReading {
  readonly reading: TriggerReading;
  readonly answer: MetricAnswer;
}

/** All triggers of one object at one moment. */
export interface TriggerState {
  readonly isActive: boolean;
  readonly isError: boolean;
  readonly answers: readonly AnsweredReading[];
  /** Of the formula; null without one. */
  readonly composite: CompositeResult | null;
  readonly health: Readonly<Record<string, MetricHealth>>;
  /** A trigger could not be built, and the freeze trap is on: nothing may be decided. */
  readonly frozen: TriggerReading | null;
}

/** The parts of a policy that say what readings mean. */
export type TriggerPolicy = Pick<PolicyBase, 'fallback' | 'formula' | 'compat'>;

/**
 * What KEDA's poll sees: turns readings into activity, counting failures and substituting values where fallback says so.
 *
 * @param counts false to look at readings that have been counted before: health stays as it is.
 */
export function evaluateTriggers(
  snapshot: LoadSnapshot,
  policy: TriggerPolicy,
  state: Pick<DecisionState, 'health'>,
  counts = true,
): TriggerState {
  const frozen = policy.compat.freezeTrap
    ? snapshot.triggers.find(({ error, errorStage }) => error !== null && errorStage === 'build')
    : undefined;
  if (frozen !== undefined) {
    return {
      isActive: false,
      isError: true,
      answers: [],
      composite: null,
      health: state.health,
      frozen,
    };
  }
  const { answers, health } = answerReadings(snapshot, policy, state.health, counts);
  const isError = answers.some(({ answer }) => answer.kind === 'error');
  const base = { answers, health, frozen: null };
  if (policy.formula !== null) {
    const composite = isError ? null : compositeValue(answers, policy.formula, policy.fallback);
    const isActive = composite?.kind === 'value' && composite.value > policy.formula.activationTarget;
    return { ...base, composite, isActive, isError: isError || composite?.kind === 'error' };
  }
  const onlyResources = answers.length > 0 && answers.every(({ reading }) => reading.isResource);
  const isActive = onlyResources ? !isError : activeTriggers(answers).size > 0;
  return { ...base, composite: null, isActive, isError };
}

/** What KEDA answers when the HPA asks for its metrics, one by one. */
export interface ServedTriggers {
  readonly answers: readonly AnsweredReading[];
  /** Of the formula; null without one. */
  readonly composite: CompositeResult | null;
  readonly health: Readonly<Record<string, MetricHealth>>;
}

/**
 * What KEDA serves to the HPA. Each metric is a request of its own, so one that cannot be built or read says nothing of
 * the others; but each request asks every external scaler what it offers, and one that does not say it spoils all values
 * that no fallback has put in place. Of a formula's triggers a substitute outweighs the errors of the rest.
 */
export function serveTriggers(
  snapshot: LoadSnapshot,
  policy: TriggerPolicy,
  state: Pick<DecisionState, 'health'>,
  counts = true,
): ServedTriggers {
  const { answers, health } = answerReadings(snapshot, policy, state.health, counts);
  const silent = snapshot.triggers.find(({ error, errorStage }) => error !== null && errorStage === 'spec');
  const served =
    silent === undefined
      ? answers
      : answers.map(({ answer, reading }): AnsweredReading => {
          if (reading.isResource || answer.kind === 'fallback' || answer.kind === 'error')
            return { answer, reading };
          const message = `not served while ${silent.metricName} does not say what it offers`;
          return { reading, answer: { kind: 'error', message } };
        });
  const composite = policy.formula === null ? null : compositeValue(served, policy.formula, policy.fallback);
  return { answers: served, composite, health };
}

/** Would this reading's error, counted now, stay an error? Else it is none, or fallback answers it. */
export function isUnanswered(
  reading: TriggerReading,
  snapshot: LoadSnapshot,
  policy: TriggerPolicy,
  state: Pick<DecisionState, 'health'>,
): boolean {
  const { answers } = answerReadings({ ...snapshot, triggers: [reading] }, policy, state.health, true);
  return answers.some(({ answer }) => answer.kind === 'error');
}

/** Indexes of the active triggers. Of several metrics the last one read without an error speaks for its trigger. */
export function activeTriggers(answers: readonly AnsweredReading[]): ReadonlySet<number> {
  const votes = new Map<number, boolean>();
  for (const { reading, answer } of answers) {
    if (reading.isResource || answer.kind === 'error') continue;
    votes.set(reading.index, answer.kind !== 'value' || reading.active);
  }
  return new Set([...votes].filter(([, active]) => active).map(([index]) => index));
}

function answerReadings(
  snapshot: LoadSnapshot,
  policy: TriggerPolicy,
  before: Readonly<Record<string, MetricHealth>>,
  counts: boolean,
): {
  readonly answers: readonly AnsweredReading[];
  readonly health: Readonly<Record<string, MetricHealth>>;
} {
  const context: FallbackContext = {
    fallback: policy.fallback,
    formula: policy.formula,
    specReplicas: snapshot.specReplicas,
    readyReplicas: snapshot.readyReplicas,
  };
  const health: Record<string, MetricHealth> = { ...before };
  const answers = snapshot.triggers.map((reading): AnsweredReading => {
    if (reading.isResource) return { reading, answer: plainAnswer(reading) };
    if (reading.error !== null && isOutsideFallback(reading, policy)) {
      return { reading, answer: plainAnswer(reading) };
    }
    const { metricName, error, value, target } = reading;
    const message = error ?? (value === null ? 'it gave no value' : null);
    const next = counts ? nextHealth(health[metricName], message !== null, context) : health[metricName];
    if (next !== undefined) health[metricName] = next;
    if (message === null) return { reading, answer: plainAnswer(reading) };
    return { reading, answer: fallbackAnswer(message, next?.numberOfFailures ?? 0, target, context) };
  });
  return { answers, health };
}

/** In KEDA such errors come before fallback is asked, so they are never counted. */
function isOutsideFallback({ errorStage }: TriggerReading, { compat }: TriggerPolicy): boolean {
  if (errorStage === 'spec') return true;
  return compat.freezeTrap && (errorStage === 'build' || errorStage === 'unbuilt');
}

function plainAnswer({ error, value }: TriggerReading): MetricAnswer {
  return error === null ? { kind: 'value', value: value ?? 0 } : { kind: 'error', message: error };
}
