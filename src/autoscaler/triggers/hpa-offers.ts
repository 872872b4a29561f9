import { AppError } from '../../contract/app-error.ts';
import { readScalerWish, type ScalerRoute } from '../external-scaler/scaler-wish.ts';
import type { ExternalMetricOffer } from '../manifests/generated-hpa.ts';
import type { ManifestSet } from '../manifests/manifest-set.ts';
import type { ScaledObjectSpec, TriggerSpec } from '../manifests/scaled-object.ts';
import { resolveAuthParams } from './auth-params.ts';
import { catalogueMetrics, checkTrigger } from './catalogue/check-trigger.ts';
import { asksAddOn, scalerRef } from './drivers/external/scaler-ref.ts';
import { metricName } from './metric-name.ts';

/** What the metrics of an object's triggers are read from. */
export interface OfferSurroundings extends Pick<
  ManifestSet,
  'configMaps' | 'deployments' | 'triggerAuthentications'
> {
  /** Of the HTTP add-on. @defaultValue none */
  readonly routes?: readonly ScalerRoute[];
  /** What `…FromEnv` keys look into. @defaultValue nothing */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A trigger whose metrics are not known. */
export interface LeftOutTrigger {
  readonly index: number;
  readonly type: string;
  /** Without a full stop. */
  readonly reason: string;
}

type Metrics = readonly { readonly name: string; readonly target: number }[];

/**
 * What the triggers of an object would offer to the HPA, from the manifests alone; for `generateHpa`.
 *
 * External scalers say their metrics themselves, unless they are the add-on's and its routes are among the manifests. A
 * trigger whose parameters are wrong, or stand in a Secret that is not there, offers nothing.
 */
export function hpaOffers(
  object: ScaledObjectSpec,
  surroundings: OfferSurroundings,
): { readonly offers: readonly ExternalMetricOffer[]; readonly leftOut: readonly LeftOutTrigger[] } {
  const offers: ExternalMetricOffer[] = [];
  const leftOut: LeftOutTrigger[] = [];
  for (const [index, trigger] of object.triggers.entries()) {
    if (trigger.type === 'cpu' || trigger.type === 'memory') continue;
    const kind = trigger.metricType === 'Value' ? 'Value' : 'AverageValue';
    try {
      const metrics = isExternal(trigger)
        ? externalMetrics(trigger, index, object, surroundings)
        : ownMetrics(trigger, index, object, surroundings);
      offers.push(...metrics.map(({ name, target }) => ({ name, target: { kind, value: target } }) as const));
    } catch (thrown) {
      leftOut.push({ index, type: trigger.type, reason: AppError.from(thrown).message.replace(/\.$/, '') });
    }
  }
  return { offers, leftOut };
}

const isExternal = ({ type }: TriggerSpec): boolean => type === 'external' || type === 'external-push';

function ownMetrics(
  trigger: TriggerSpec,
  index: number,
  object: ScaledObjectSpec,
  { environment = {}, ...manifests }: OfferSurroundings,
): Metrics {
  const checked = checkTrigger(
    trigger.type,
    {
      triggerMetadata: trigger.metadata,
      authParams: resolveAuthParams(trigger, object.namespace, manifests, environment),
      resolvedEnv: environment,
    },
    { metricType: trigger.metricType, formulaInput: Boolean(object.scalingModifiers?.formula) },
  );
  if (!checked) throw new AppError('unsupported', 'KEDA has no trigger of this type');
  if (checked.problems.length > 0) {
    throw new AppError('invalid-argument', checked.problems.join('; '));
  }
  return catalogueMetrics(checked, index, object.namespace);
}

function externalMetrics(
  trigger: TriggerSpec,
  index: number,
  { name: objectName, namespace }: ScaledObjectSpec,
  { deployments, environment = {}, routes = [] }: OfferSurroundings,
): Metrics {
  const ref = scalerRef(trigger, { namespace, objectName, resolvedEnv: environment });
  if (!asksAddOn(ref)) {
    const address = trigger.metadata['scalerAddress'] ?? 'no address';
    throw new AppError('unsupported', `its scaler (${address}) says itself which metrics it has`);
  }
  const { concurrency, rate } = readScalerWish(ref, deployments, routes);
  return [concurrency, rate].flatMap((metric) =>
    metric === null ? [] : [{ name: metricName(index, metric.metricName), target: metric.target }],
  );
}
