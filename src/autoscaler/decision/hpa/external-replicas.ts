import type { ReplicaProposal } from './hpa-metric.ts';
import { toInt32 } from './quantity.ts';
import type { Tolerances } from './tolerance.ts';
import { isWithinTolerance } from './tolerance.ts';

/**
 * External and Object metrics with an AverageValue target: value / target, whatever the count is now.
 * Within tolerance of what runs it stays at `status.replicas`, not `spec.replicas`.
 *
 * @example 44 waiting, target 4, 10 running: 44 / (4 × 10) = 1.1 is within 0.1, so 10 and not 11.
 */
export function averageValueReplicas(
  valueMilli: number,
  targetMilli: number,
  statusReplicas: number,
  tolerances: Tolerances,
): ReplicaProposal {
  const ratio = valueMilli / (targetMilli * statusReplicas);
  const withinTolerance = isWithinTolerance(ratio, tolerances);
  return {
    kind: 'replicas',
    replicas: withinTolerance ? statusReplicas : toInt32(Math.ceil(valueMilli / targetMilli)),
    withinTolerance,
    currentMilli: statusReplicas === 0 ? 0 : Math.ceil(valueMilli / statusReplicas),
    utilizationPercent: null,
  };
}

/**
 * External and Object metrics with a Value target: the ready replicas times value / target. It multiplies on every
 * sync while the value stays above the target, so it suits metrics that fall as replicas rise.
 *
 * @param pods how many pods there are, and how many of them are Running and Ready.
 */
export function valueReplicas(
  valueMilli: number,
  targetMilli: number,
  specReplicas: number,
  pods: { readonly total: number; readonly ready: number },
  tolerances: Tolerances,
): ReplicaProposal {
  const ratio = valueMilli / targetMilli;
  const proposal = (replicas: number, withinTolerance: boolean): ReplicaProposal => ({
    kind: 'replicas',
    replicas: toInt32(replicas),
    withinTolerance,
    currentMilli: valueMilli,
    utilizationPercent: null,
  });
  if (specReplicas === 0) return proposal(Math.ceil(ratio), false);
  if (isWithinTolerance(ratio, tolerances)) return proposal(specReplicas, true);
  if (pods.total === 0) {
    return { kind: 'error', message: 'no replica exists yet, so there is no ready count to multiply' };
  }
  return proposal(Math.ceil(ratio * pods.ready), false);
}
