import type { HpaMetric, ReplicaProposal } from './hpa-metric.ts';

/** One metric together with what it asks for. */
export interface MetricOutcome {
  readonly metric: HpaMetric;
  readonly proposal: ReplicaProposal;
}

/** What all metrics together ask for. `unavailable`: too little is known to change anything. */
export type CombinedProposal =
  | { readonly kind: 'desired'; readonly replicas: number; readonly decidedBy: MetricOutcome }
  | { readonly kind: 'unavailable'; readonly first: HpaMetric; readonly message: string };

/**
 * The largest proposal wins. Metrics that failed are left out, unless all did or the rest would scale down: never down
 * on half the information.
 *
 * @param outcomes at least one.
 */
export function combineProposals(
  outcomes: readonly MetricOutcome[],
  specReplicas: number,
): CombinedProposal | null {
  let best: { outcome: MetricOutcome; replicas: number } | null = null;
  let failed: { metric: HpaMetric; message: string } | null = null;
  for (const outcome of outcomes) {
    const { metric, proposal } = outcome;
    if (proposal.kind === 'error') failed ??= { metric, message: proposal.message };
    else if (best === null || proposal.replicas > best.replicas) {
      best = { outcome, replicas: proposal.replicas };
    }
  }
  if (failed !== null && (best === null || best.replicas < specReplicas)) {
    return { kind: 'unavailable', first: failed.metric, message: failed.message };
  }
  if (best === null) return null;
  return { kind: 'desired', replicas: best.replicas, decidedBy: best.outcome };
}
