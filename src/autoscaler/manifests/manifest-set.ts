import type { ConfigMapSpec, DeploymentSpec } from './deployment.ts';
import type { ManifestProblem } from './manifest-problem.ts';
import type { ScaledObjectSpec } from './scaled-object.ts';
import type { TriggerAuthenticationSpec } from './trigger-authentication.ts';

/** All objects that were read together, admitted. Order is the order of reading. */
export interface ManifestSet {
  readonly deployments: readonly DeploymentSpec[];
  /** ConfigMaps and Secrets. */
  readonly configMaps: readonly ConfigMapSpec[];
  readonly scaledObjects: readonly ScaledObjectSpec[];
  readonly triggerAuthentications: readonly TriggerAuthenticationSpec[];
  /** What a cluster would do with it and Sluice does not, and what has no effect. Never errors. */
  readonly warnings: readonly ManifestProblem[];
}
