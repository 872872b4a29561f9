import { formatDuration, formatNumber, formatReplicas, toSentence, triggerLabel } from '../explain.ts';
import type { LoadSnapshot } from '../load-snapshot.ts';
import type { DecisionReason } from '../scale-decision.ts';
import type { MetricOutcome } from './combine-proposals.ts';
import type { HpaMetric } from './hpa-metric.ts';
import { compositeMetricName } from './hpa-metrics.ts';
import type { ReconcileOutcome } from './reconcile.ts';

/** What a reconcile did and why, in one or two sentences. */
export function explainReconcile(
  outcome: ReconcileOutcome,
  reason: DecisionReason,
  snapshot: LoadSnapshot,
  nowMs: number,
): string {
  const { combined } = outcome;
  const count = formatReplicas(outcome.replicas);
  if (combined === null) {
    if (reason === 'hpa-disabled-at-zero')
      return 'At 0 replicas the HPA is switched off; only activation starts one.';
    if (reason === 'above-maximum')
      return `More replicas than the maximum of ${outcome.replicas} are wanted, so it is lowered at once.`;
    if (reason === 'below-minimum')
      return `Fewer replicas than the minimum of ${outcome.replicas} are wanted, so it is raised at once.`;
    return `The HPA has no metric, so ${count} stay.`;
  }
  if (combined.kind === 'unavailable') {
    const label = metricLabel(combined.first, snapshot);
    return toSentence(`${label} gives nothing (${combined.message}), so the HPA keeps ${count}`);
  }
  const asks = toSentence(describeProposal(combined.decidedBy, snapshot));
  const then = describeLimit(outcome, reason, snapshot.specReplicas ?? 0, nowMs);
  return then === '' ? asks : `${asks} ${toSentence(then)}`;
}

function metricLabel(metric: HpaMetric, snapshot: LoadSnapshot): string {
  if (metric.name === compositeMetricName) return 'the formula';
  const reading = snapshot.triggers.find(({ metricName }) => metricName === metric.name);
  return reading === undefined ? metric.name : triggerLabel(reading);
}

function describeProposal({ metric, proposal }: MetricOutcome, snapshot: LoadSnapshot): string {
  const label = metricLabel(metric, snapshot);
  if (proposal.kind === 'error') return `${label} gives nothing (${proposal.message})`;
  const asks = proposal.withinTolerance
    ? `near enough to keep ${formatReplicas(proposal.replicas)}`
    : `which asks for ${formatReplicas(proposal.replicas)}`;
  const milli = (value: number): string => formatNumber(value / 1000);
  switch (metric.type) {
    case 'External':
    case 'Object': {
      const per = metric.targetKind === 'AverageValue' ? ' per replica' : '';
      return `${label} reads ${milli(metric.valueMilli ?? 0)} against a target of ${milli(metric.targetMilli)}${per}, ${asks}`;
    }
    case 'Pods':
      return `${label} averages ${milli(proposal.currentMilli)} against a target of ${milli(metric.targetMilli)}, ${asks}`;
    case 'Resource':
    case 'ContainerResource':
      return metric.target.kind === 'Utilization'
        ? `${metric.resource} stands at ${proposal.utilizationPercent ?? 0} % of the request against a target of ${metric.target.percent} %, ${asks}`
        : `${metric.resource} averages ${milli(proposal.currentMilli)} against a target of ${milli(metric.target.milli)}, ${asks}`;
    case 'Unknown':
      return `${label} gives nothing (${metric.error})`;
    default:
      return metric satisfies never;
  }
}

function describeLimit(
  { replicas, normalized }: ReconcileOutcome,
  reason: DecisionReason,
  current: number,
  nowMs: number,
): string {
  const count = formatReplicas(replicas);
  const heldUntilMs = normalized?.stabilized.heldUntilMs ?? null;
  const left = heldUntilMs === null ? '' : ` for up to another ${formatDuration(heldUntilMs - nowMs)}`;
  const limit = normalized?.limited.reason;
  if (reason === 'stabilizing') {
    return replicas > current
      ? `the legacy stabilization window remembers more and raises the count to ${count}`
      : `the stabilization window holds ${count}${left}`;
  }
  if (reason === 'scale-in-paused' || reason === 'scale-out-paused') {
    return `${count} stay because scaling ${reason === 'scale-in-paused' ? 'in' : 'out'} is paused by annotation`;
  }
  if (limit === 'TooManyReplicas') return `the maximum of ${count} is the limit`;
  if (limit === 'TooFewReplicas') return `the minimum of ${count} is the limit`;
  if (limit === 'ScaleUpLimit' || limit === 'ScaleDownLimit') {
    const until = normalized?.eventExpiresAtMs ?? null;
    const opens =
      until === null ? '' : `; the next change leaves its period in ${formatDuration(until - nowMs)}`;
    return `the rate limit allows ${count} now${opens}`;
  }
  if (normalized !== null && normalized.stabilized.heldUntilMs !== null && replicas !== current) {
    return `the stabilization window allows ${count}${left}`;
  }
  return '';
}
