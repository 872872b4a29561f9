import type { DeploymentSpec } from '../deployment.ts';
import type { ManifestSet } from '../manifest-set.ts';
import type { ScaledObjectSpec } from '../scaled-object.ts';

/** What admission looks at: everything that was read together, as a namespace would hold it. */
export interface AdmissionInput extends Omit<ManifestSet, 'interceptorRoutes' | 'services' | 'warnings'> {
  /** How many Deployments could not be read; above 0 none is called missing. */
  readonly unreadableDeployments: number;
}

/** Says that a field breaks `rule`, or with `warning` that it is worth knowing. */
export type RuleComplain = (
  rule: string,
  path: readonly PropertyKey[],
  message: string,
  severity?: 'warning',
) => void;

/** One rule, or one family, about a ScaledObject. Pure. */
export type AdmissionRule = (object: ScaledObjectSpec, all: AdmissionInput, complain: RuleComplain) => void;

/** cpu and memory are metrics of the HPA, not scalers: they vote on no activity. */
export const isResource = (type: string): boolean => type === 'cpu' || type === 'memory';

/** The Deployment or StatefulSet of `apps` that a ScaledObject scales, if it is among the manifests. */
export function workloadOf(object: ScaledObjectSpec, all: AdmissionInput): DeploymentSpec | undefined {
  const { apiVersion, kind, name } = object.scaleTargetRef;
  if (!apiVersion.startsWith('apps/')) return undefined;
  const candidates = kind === 'Deployment' ? all.deployments : kind === 'StatefulSet' ? all.statefulSets : [];
  return candidates.find((candidate) => candidate.name === name && candidate.namespace === object.namespace);
}
