import type { ExternalMetricOffer } from '../manifests/generated-hpa.ts';
import type { ManifestSet } from '../manifests/manifest-set.ts';
import type { ScaledObjectSpec } from '../manifests/scaled-object.ts';
import { resolveAuthParams } from './auth-params.ts';
import { catalogueMetrics, checkTrigger } from './catalogue/check-trigger.ts';

/**
 * What the triggers of an object would offer to the HPA, from the manifests alone; for `generateHpa`.
 *
 * External scalers say their metrics themselves, and a trigger whose parameters are wrong offers nothing: both are left
 * out and named.
 */
export function hpaOffers(
  object: ScaledObjectSpec,
  manifests: Pick<ManifestSet, 'configMaps' | 'triggerAuthentications'>,
  environment: Readonly<Record<string, string>> = {},
): { readonly offers: readonly ExternalMetricOffer[]; readonly leftOut: readonly number[] } {
  const offers: ExternalMetricOffer[] = [];
  const leftOut: number[] = [];
  for (const [index, trigger] of object.triggers.entries()) {
    if (trigger.type === 'cpu' || trigger.type === 'memory') continue;
    const checked = checkTrigger(
      trigger.type,
      {
        triggerMetadata: trigger.metadata,
        authParams: resolveAuthParams(trigger, object.namespace, manifests, environment),
        resolvedEnv: environment,
      },
      { metricType: trigger.metricType, formulaInput: Boolean(object.scalingModifiers?.formula) },
    );
    const metrics = checked ? catalogueMetrics(checked, index, object.namespace) : [];
    if (metrics.length === 0) leftOut.push(index);
    const kind = trigger.metricType === 'Value' ? 'Value' : 'AverageValue';
    offers.push(...metrics.map(({ name, target }) => ({ name, target: { kind, value: target } }) as const));
  }
  return { offers, leftOut };
}
