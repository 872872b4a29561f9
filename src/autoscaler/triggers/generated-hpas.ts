import { workloadOf } from '../manifests/admission/rule.ts';
import { generateHpa, type GeneratedHpa } from '../manifests/generated-hpa.ts';
import { toRouteSpecs } from '../manifests/interceptor-route-specs.ts';
import type { ManifestSet } from '../manifests/manifest-set.ts';
import type { ScaledObjectSpec } from '../manifests/scaled-object.ts';
import { pauseAnnotations } from '../decision/keda/pause-annotations.ts';
import { triggerEnvironment } from '../lint/trigger-environment.ts';
import { hpaOffers, type LeftOutTrigger } from './hpa-offers.ts';

/** A ScaledObject and the HPA that KEDA keeps for it. */
export interface ObjectWithHpa {
  readonly object: ScaledObjectSpec;
  /** Null while the object is paused: KEDA deletes it then. */
  readonly hpa: GeneratedHpa | null;
  /** Triggers whose metrics the files do not tell; the HPA lacks them. */
  readonly leftOut: readonly LeftOutTrigger[];
}

/** The HPAs that KEDA makes of the ScaledObjects of these manifests, in their order. */
export function generatedHpas(set: ManifestSet): readonly ObjectWithHpa[] {
  const routes = toRouteSpecs(set);
  return set.scaledObjects.map((object) => {
    if (pauseAnnotations(object.annotations).pause.paused) return { object, hpa: null, leftOut: [] };
    const workload = workloadOf(object, { ...set, unreadableDeployments: 0 });
    const wanted = object.scaleTargetRef.envSourceContainerName;
    const container = workload?.containers.find(({ name }) => name === wanted) ?? workload?.main ?? null;
    const { values: environment } = triggerEnvironment(container, object.namespace, set);
    const { leftOut, offers } = hpaOffers(object, { ...set, routes, environment });
    return { object, hpa: generateHpa(object, offers), leftOut };
  });
}
