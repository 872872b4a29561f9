import type { LoadReport } from '../contract/load.ts';
import type { DecisionView, TargetStatus, TriggerView } from '../contract/scaling.ts';
import type { TriggerReading } from './decision/load-snapshot.ts';
import type { ScaleDecision } from './decision/scale-decision.ts';
import type { ScalePolicy } from './decision/scale-policy.ts';
import type { ScaleTarget } from './targets/scale-target.ts';
import type { SkippedTrigger } from './triggers/trigger-entries.ts';

/** A decision as the page and the admin listener show it. */
export function decisionView({ explanation, from, inputs, kind, reason, to }: ScaleDecision): DecisionView {
  return { atMs: inputs.nowMs, kind, from, to, reason, explanation };
}

/** What is known of a target at this moment. */
export interface TargetFacts {
  readonly target: ScaleTarget;
  readonly policy: ScalePolicy;
  readonly report: LoadReport;
  readonly readings: readonly TriggerReading[];
  readonly skipped: readonly SkippedTrigger[];
  readonly last: ScaleDecision | null;
  /** Of the last decision of a clock that knows the cooldown. */
  readonly cooldownEndsAtMs: number | null;
}

export function targetStatus(facts: TargetFacts): TargetStatus {
  const { last, policy, readings, report, skipped, target } = facts;
  return {
    target: target.name,
    policy: policy.kind,
    minReplicas: policy.minReplicas,
    maxReplicas: policy.maxReplicas,
    desiredReplicas: target.desired,
    replicas: target.replicas().map(({ id, pid, readyAtMs, restarts, startedAtMs, state, wantedAtMs }) => ({
      id,
      state,
      pid,
      inFlight: report.inFlightByReplica.get(id) ?? 0,
      startedAtMs: startedAtMs ?? wantedAtMs,
      readyAtMs,
      restarts,
    })),
    pending: report.pending,
    inFlight: report.inFlight,
    arrivals: report.arrivals,
    cooldownEndsAtMs: facts.cooldownEndsAtMs,
    triggers: [...readings.map(triggerView), ...skipped.map(skippedView)],
    lastDecision: last && decisionView(last),
  };
}

function triggerView(reading: TriggerReading): TriggerView {
  const { active, activationThreshold, error, metricName, name, target, type, value } = reading;
  return {
    name: name ?? metricName,
    type,
    active,
    value,
    threshold: target.value,
    activationThreshold,
    error,
  };
}

function skippedView({ index, reason, spec }: SkippedTrigger): TriggerView {
  return {
    name: spec.name ?? `s${index}-${spec.type}`,
    type: spec.type,
    active: false,
    value: null,
    threshold: null,
    activationThreshold: null,
    error: reason,
  };
}
