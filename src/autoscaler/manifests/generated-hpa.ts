import { pauseAnnotations } from '../decision/keda/pause-annotations.ts';
import type { MetricTarget } from '../decision/load-snapshot.ts';
import { truncatedMilli } from '../decision/hpa/quantity.ts';
import { isResource } from './admission/rule.ts';
import { usesModifiers } from './admission/scaling-modifiers.ts';
import { canonicalQuantity, quantityText } from './quantity-text.ts';
import type { HpaBehaviorManifest } from './scaled-object-schema.ts';
import type { ScaledObjectSpec } from './scaled-object.ts';

/** A metric that a trigger offers to the HPA. */
export interface ExternalMetricOffer {
  /** `s<index>-<name>`. */
  readonly name: string;
  readonly target: MetricTarget;
}

/** `autoscaling/v2` HorizontalPodAutoscaler, spelled as `kubectl get -o yaml` prints it. */
export interface GeneratedHpa {
  readonly apiVersion: 'autoscaling/v2';
  readonly kind: 'HorizontalPodAutoscaler';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Those of the ScaledObject, all of them; absent where it has none. */
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly scaleTargetRef: { readonly apiVersion: string; readonly kind: string; readonly name: string };
    readonly metrics: readonly HpaMetricManifest[];
    /** Absent and empty are different algorithms. */
    readonly behavior?: HpaBehaviorManifest;
  };
}

type TargetManifest =
  | { readonly type: 'AverageValue'; readonly averageValue: string }
  | { readonly type: 'Value'; readonly value: string }
  | { readonly type: 'Utilization'; readonly averageUtilization: number };

/** One entry of `spec.metrics`. */
export type HpaMetricManifest =
  | {
      readonly type: 'External';
      readonly external: {
        readonly metric: {
          readonly name: string;
          readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
        };
        readonly target: TargetManifest;
      };
    }
  | {
      readonly type: 'Resource';
      readonly resource: { readonly name: string; readonly target: TargetManifest };
    }
  | {
      readonly type: 'ContainerResource';
      readonly containerResource: {
        readonly name: string;
        readonly container: string;
        readonly target: TargetManifest;
      };
    };

const objectLabel = 'scaledobject.keda.sh/name';
const excludedLabels = 'scaledobject.keda.sh/hpa-excluded-labels';

/** Bounds of the HPA: it never goes below 1, and up to 100 when nothing is said. */
export function hpaBounds(
  min: number | null,
  max: number | null,
): { readonly min: number; readonly max: number } {
  return { min: min !== null && min > 0 ? min : 1, max: max ?? 100 };
}

/**
 * The HPA that KEDA would make of a ScaledObject.
 *
 * @param offers of the triggers that are not cpu or memory; with a formula they are replaced by `composite-metric`.
 */
export function generateHpa(object: ScaledObjectSpec, offers: readonly ExternalMetricOffer[]): GeneratedHpa {
  const { min, max } = hpaBounds(object.minReplicaCount, object.maxReplicaCount);
  const excluded = new Set((object.annotations[excludedLabels] ?? '').split(',').map((name) => name.trim()));
  const labels = Object.entries(object.labels).filter(([name]) => !excluded.has(name));
  const behavior = pausedBehavior(object);
  const { apiVersion, kind, name } = object.scaleTargetRef;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: {
      name: object.hpaName,
      namespace: object.namespace,
      labels: {
        'app.kubernetes.io/name': object.hpaName,
        'app.kubernetes.io/part-of': object.name,
        'app.kubernetes.io/managed-by': 'keda-operator',
        [objectLabel]: object.name,
        ...Object.fromEntries(labels),
      },
      ...(Object.keys(object.annotations).length > 0 ? { annotations: object.annotations } : {}),
    },
    spec: {
      minReplicas: min,
      maxReplicas: max,
      scaleTargetRef: { apiVersion, kind, name },
      metrics: metricsOf(object, offers),
      ...(behavior ? { behavior } : {}),
    },
  };
}

function metricsOf(object: ScaledObjectSpec, offers: readonly ExternalMetricOffer[]): HpaMetricManifest[] {
  const modifiers = usesModifiers(object.scalingModifiers) ? object.scalingModifiers : null;
  const external = (name: string, target: MetricTarget): HpaMetricManifest => ({
    type: 'External',
    external: {
      metric: { name, selector: { matchLabels: { [objectLabel]: object.name } } },
      target: targetManifest(target),
    },
  });
  const externals = modifiers?.formula
    ? [
        external('composite-metric', {
          kind: modifiers.metricType === 'Value' ? 'Value' : 'AverageValue',
          value: truncatedMilli(Number(modifiers.target)) / 1000,
        }),
      ]
    : offers.map(({ name, target }) => external(name, target));
  // A metric of one container is lost beside a formula, as in KEDA.
  const resources = resourceMetrics(object).filter(({ type }) => !modifiers?.formula || type === 'Resource');
  return [...externals, ...resources].sort((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0));
}

function resourceMetrics({ triggers }: ScaledObjectSpec): HpaMetricManifest[] {
  return triggers
    .filter(({ type }) => isResource(type))
    .map(({ metadata, metricType, type: name }): HpaMetricManifest => {
      const value = metadata['value']?.trim() ?? '';
      const target: TargetManifest =
        metricType === 'AverageValue'
          ? { type: 'AverageValue', averageValue: canonicalQuantity(value) }
          : { type: 'Utilization', averageUtilization: Number.parseInt(value, 10) || 0 };
      const container = metadata['containerName']?.trim();
      return container
        ? { type: 'ContainerResource', containerResource: { name, container, target } }
        : { type: 'Resource', resource: { name, target } };
    });
}

function targetManifest({ kind, value }: MetricTarget): TargetManifest {
  const quantity = quantityText(value);
  return kind === 'Value'
    ? { type: 'Value', value: quantity }
    : { type: 'AverageValue', averageValue: quantity };
}

/** Pausing one direction makes a behavior section where there was none, and so changes the algorithm of the other. */
function pausedBehavior({ annotations, behavior }: ScaledObjectSpec): HpaBehaviorManifest | null {
  const { pause } = pauseAnnotations(annotations);
  if (!pause.scaleInPaused && !pause.scaleOutPaused) return behavior;
  return {
    ...behavior,
    ...(pause.scaleInPaused
      ? { scaleDown: { ...behavior?.scaleDown, selectPolicy: 'Disabled' as const } }
      : {}),
    ...(pause.scaleOutPaused ? { scaleUp: { ...behavior?.scaleUp, selectPolicy: 'Disabled' as const } } : {}),
  };
}
