import type { PolicyBase } from '../scale-policy.ts';

/**
 * Whether the poll asks the sources itself. From KEDA 2.21 on it takes the values the HPA fetched while only the HPA
 * has anything to decide: minimum above 0, no idle count, no formula, no cached metrics, and the HPA reports that it
 * is active. Replica counts come out the same; traffic to the sources and the moment failures are counted differ.
 *
 * @see https://github.com/kedacore/keda/pull/8031
 */
export function pollsSources(
  policy: Pick<PolicyBase, 'compat' | 'minReplicas' | 'idleReplicas' | 'formula'>,
  facts: { readonly usesCachedMetrics: boolean; readonly isHpaActive: boolean },
): boolean {
  if (policy.compat.keda === '2.20') return true;
  const hpaAlone =
    policy.minReplicas > 0 &&
    policy.idleReplicas === null &&
    policy.formula === null &&
    !facts.usesCachedMetrics;
  return !(hpaAlone && facts.isHpaActive);
}
