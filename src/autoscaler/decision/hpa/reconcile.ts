import type { HpaState } from '../decision-state.ts';
import type { DecisionReason, ScaleCondition } from '../scale-decision.ts';
import type { HpaBehavior, HpaPolicy } from '../scale-policy.ts';
import { behaviorRules } from './behavior-rules.ts';
import type { CombinedProposal, MetricOutcome } from './combine-proposals.ts';
import { combineProposals } from './combine-proposals.ts';
import type { HpaMetric } from './hpa-metric.ts';
import type { ReplicaFacts } from './metric-proposal.ts';
import { metricProposal } from './metric-proposal.ts';
import { normalize } from './normalize.ts';
import type { Normalized } from './normalize.ts';
import { storeScaleEvent } from './scale-events.ts';

/** One HPA and its target, ready for a reconcile. */
export interface ReconcileInput {
  readonly metrics: readonly HpaMetric[];
  readonly facts: ReplicaFacts;
  /** Of the HPA: KEDA writes at least 1 here. */
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** As it stands in the HPA; null is the legacy algorithm. */
  readonly behavior: HpaBehavior | null;
  readonly hpa: HpaPolicy;
}

/** What a reconcile decided and by which way. */
export interface ReconcileOutcome {
  readonly replicas: number;
  readonly reason: DecisionReason;
  readonly conditions: readonly ScaleCondition[];
  readonly outcomes: readonly MetricOutcome[];
  readonly combined: CombinedProposal | null;
  readonly normalized: Normalized | null;
  readonly state: HpaState;
}

/** One reconcile of the HPA controller: proposals of all metrics, stabilization, rate limits, bounds. */
export function reconcile(input: ReconcileInput, state: HpaState, nowMs: number): ReconcileOutcome {
  const { facts, minReplicas, maxReplicas } = input;
  const current = facts.specReplicas;
  const seeded: HpaState = {
    ...state,
    recommendations: state.recommendations ?? [{ replicas: current, atMs: nowMs }],
  };
  const nothing = { outcomes: [], combined: null, normalized: null };
  if (current === 0 && minReplicas !== 0) {
    const conditions: ScaleCondition[] = [
      { type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale' },
      { type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled' },
    ];
    return { replicas: 0, reason: 'hpa-disabled-at-zero', conditions, ...nothing, state: seeded };
  }
  if (current > maxReplicas || current < minReplicas) {
    const replicas = current > maxReplicas ? maxReplicas : minReplicas;
    return {
      replicas,
      reason: current > maxReplicas ? 'above-maximum' : 'below-minimum',
      conditions: [{ type: 'AbleToScale', status: 'True', reason: 'SucceededRescale' }],
      ...nothing,
      state: recordChange(input, seeded, replicas, nowMs),
    };
  }
  const outcomes = input.metrics.map((metric) => ({
    metric,
    proposal: metricProposal(metric, facts, nowMs),
  }));
  const combined = combineProposals(outcomes, current);
  if (combined === null || combined.kind === 'unavailable') {
    return {
      replicas: current,
      reason: 'metrics-unavailable',
      conditions: [
        { type: 'AbleToScale', status: 'True', reason: 'SucceededGetScale' },
        { type: 'ScalingActive', status: 'False', reason: failureReason(combined) },
      ],
      outcomes,
      combined,
      normalized: null,
      state: seeded,
    };
  }
  const normalized = normalize(input, seeded, combined.replicas, nowMs);
  const conditions: ScaleCondition[] = [
    {
      type: 'AbleToScale',
      status: 'True',
      reason: normalized.replicas === current ? normalized.stabilityReason : 'SucceededRescale',
    },
    { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' },
    {
      type: 'ScalingLimited',
      status: normalized.replicas === normalized.stabilized.replicas ? 'False' : 'True',
      reason: normalized.limited.reason,
    },
  ];
  const remembered: HpaState = { ...seeded, recommendations: normalized.stabilized.recommendations };
  return {
    replicas: normalized.replicas,
    reason: reasonOf(current, combined, normalized),
    conditions,
    outcomes,
    combined,
    normalized,
    state: recordChange(input, remembered, normalized.replicas, nowMs),
  };
}

function recordChange(input: ReconcileInput, state: HpaState, replicas: number, nowMs: number): HpaState {
  const change = replicas - input.facts.specReplicas;
  const rules = behaviorRules(input.hpa, input.behavior);
  if (change === 0 || rules === null) return state;
  return change > 0
    ? { ...state, scaleUpEvents: storeScaleEvent(state.scaleUpEvents, rules.up.policies, change, nowMs) }
    : {
        ...state,
        scaleDownEvents: storeScaleEvent(state.scaleDownEvents, rules.down.policies, -change, nowMs),
      };
}

function failureReason(combined: CombinedProposal | null): string {
  if (combined?.kind !== 'unavailable' || combined.first.type === 'Unknown') {
    return 'InvalidMetricSourceType';
  }
  return `FailedGet${combined.first.type}Metric`;
}

function reasonOf(
  current: number,
  combined: Extract<CombinedProposal, { kind: 'desired' }>,
  { replicas, stabilized, limited }: Normalized,
): DecisionReason {
  const asked = combined.replicas;
  if (replicas > current) return asked > current ? 'load' : 'stabilizing';
  if (replicas < current) return 'load';
  if (asked === current) {
    const { proposal } = combined.decidedBy;
    return proposal.kind === 'replicas' && proposal.withinTolerance ? 'within-tolerance' : 'steady';
  }
  if (stabilized.replicas === current) return 'stabilizing';
  const isRate = limited.reason === 'ScaleUpLimit' || limited.reason === 'ScaleDownLimit';
  return isRate ? 'rate-limited' : 'at-limit';
}
