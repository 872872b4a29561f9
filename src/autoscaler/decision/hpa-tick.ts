import { emptyHpaState, type DecisionState } from './decision-state.ts';
import { behaviorInForce } from './hpa/behavior-rules.ts';
import { explainReconcile } from './hpa/explain-reconcile.ts';
import { compositeMetricName, hpaMetrics } from './hpa/hpa-metrics.ts';
import type { ReconcileOutcome } from './hpa/reconcile.ts';
import { reconcile } from './hpa/reconcile.ts';
import { tolerancesOf } from './hpa/tolerance.ts';
import { serveTriggers, type ServedTriggers } from './keda/evaluate-triggers.ts';
import type { LoadSnapshot } from './load-snapshot.ts';
import { makeDecision } from './make-decision.ts';
import type { DecisionInputs, DecisionReason, DecisionStep, ScaleCondition } from './scale-decision.ts';
import type { ScalePolicy } from './scale-policy.ts';

/**
 * One sync of the HPA: min ↔ max by the values of the triggers, never 0. Call it every `hpa.syncPeriodMs`, counted
 * from the end of one sync to the start of the next, in a phase of its own beside `kedaTick`.
 * A trigger that fails here counts towards the fallback threshold as well, as in KEDA.
 */
export function hpaTick(
  snapshot: LoadSnapshot,
  policy: ScalePolicy,
  state: DecisionState,
  nowMs: number,
): DecisionStep {
  const inputs: DecisionInputs = { clock: 'hpa', snapshot, policy, state, nowMs };
  const { specReplicas } = snapshot;
  if (specReplicas === null || policy.pause.paused) {
    const decision = makeDecision({
      to: specReplicas ?? 0,
      reason: specReplicas === null ? 'target-unreadable' : 'paused',
      explanation:
        specReplicas === null
          ? 'The replica count of the scale target cannot be read.'
          : 'Scaling is paused by annotation, so there is no HPA.',
      nextCheckAtMs: null,
      cooldownEndsAtMs: null,
      conditions: [],
      inputs,
    });
    // KEDA deletes the HPA of a paused object, and its memory goes with it.
    return { decision, state: specReplicas === null ? state : { ...state, hpa: emptyHpaState } };
  }
  // At zero the controller asks for no metric at all, so nothing is counted towards fallback either.
  const triggers = serveTriggers(snapshot, policy, state, specReplicas > 0);
  const outcome = reconcile(
    {
      metrics: hpaMetrics(snapshot, policy, triggers),
      facts: {
        specReplicas,
        statusReplicas: snapshot.statusReplicas,
        readyReplicas: snapshot.readyReplicas,
        pods: snapshot.pods ?? [],
        rules: policy.hpa,
        tolerances: tolerancesOf(policy.hpa, policy.compat),
      },
      minReplicas: Math.max(1, policy.minReplicas),
      maxReplicas: policy.maxReplicas,
      behavior: behaviorInForce(policy.hpa.behavior, policy.pause),
      hpa: policy.hpa,
    },
    state.hpa,
    nowMs,
  );
  const reason = decisionReason(outcome, triggers, inputs);
  const decision = makeDecision({
    to: outcome.replicas,
    reason,
    explanation: explainReconcile(outcome, reason, snapshot, nowMs),
    nextCheckAtMs: nextCheck(outcome, reason),
    cooldownEndsAtMs: null,
    conditions: [...outcome.conditions, ...hpaActive(outcome.conditions)],
    inputs,
  });
  return { decision, state: { ...state, health: triggers.health, hpa: outcome.state } };
}

/**
 * What KEDA makes of it in the status of the ScaledObject. That the HPA is off at zero is as it should be. Nothing is
 * said where the HPA did not look at its metrics.
 *
 * @see https://github.com/kedacore/keda/pull/7928
 */
function hpaActive(conditions: readonly ScaleCondition[]): readonly ScaleCondition[] {
  const scaling = conditions.find(({ type }) => type === 'ScalingActive');
  if (scaling === undefined) return [];
  if (scaling.status === 'True') return [{ type: 'HPAActive', status: 'True', reason: 'HPAActive' }];
  return scaling.reason === 'ScalingDisabled'
    ? [{ type: 'HPAActive', status: 'True', reason: 'HPAScalingDisabled' }]
    : [{ type: 'HPAActive', status: 'False', reason: 'HPAMetricsUnavailable' }];
}

function decisionReason(
  outcome: ReconcileOutcome,
  triggers: ServedTriggers,
  { snapshot, policy }: DecisionInputs,
): DecisionReason {
  const current = snapshot.specReplicas ?? 0;
  if (outcome.replicas !== current && outcome.reason === 'load') {
    const decidedBy = outcome.combined?.kind === 'desired' ? outcome.combined.decidedBy.metric.name : '';
    const composite = triggers.composite;
    const isSubstitute =
      decidedBy === compositeMetricName
        ? composite?.kind === 'value' && composite.from === 'fallback'
        : triggers.answers.some(
            ({ reading, answer }) => reading.metricName === decidedBy && answer.kind === 'fallback',
          );
    return isSubstitute ? 'fallback' : 'load';
  }
  if (outcome.reason !== 'rate-limited') return outcome.reason;
  const isDown = outcome.normalized?.limited.reason === 'ScaleDownLimit';
  if (isDown && policy.pause.scaleInPaused) return 'scale-in-paused';
  return !isDown && policy.pause.scaleOutPaused ? 'scale-out-paused' : outcome.reason;
}

function nextCheck({ normalized }: ReconcileOutcome, reason: DecisionReason): number | null {
  if (normalized === null) return null;
  if (reason === 'stabilizing') return normalized.stabilized.heldUntilMs;
  return reason === 'rate-limited' ? normalized.eventExpiresAtMs : null;
}
