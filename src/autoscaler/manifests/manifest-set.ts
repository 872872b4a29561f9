import type { HorizontalPodAutoscalerSpec, LimitRangeSpec, ServiceSpec } from './cluster-objects.ts';
import type { ConfigMapSpec, DeploymentSpec } from './deployment.ts';
import type { InterceptorRouteSpec } from './interceptor-route.ts';
import type { ManifestProblem } from './manifest-problem.ts';
import type { ScaledJobSpec } from './scaled-job.ts';
import type { ScaledObjectSpec } from './scaled-object.ts';
import type { TriggerAuthenticationSpec } from './trigger-authentication.ts';

/** All objects that were read together, admitted. Order is the order of reading. */
export interface ManifestSet {
  readonly deployments: readonly DeploymentSpec[];
  /** Known, so that rules can look at them; not run here. */
  readonly statefulSets: readonly DeploymentSpec[];
  /** ConfigMaps and Secrets. */
  readonly configMaps: readonly ConfigMapSpec[];
  readonly scaledObjects: readonly ScaledObjectSpec[];
  readonly scaledJobs: readonly ScaledJobSpec[];
  readonly triggerAuthentications: readonly TriggerAuthenticationSpec[];
  readonly services: readonly ServiceSpec[];
  readonly horizontalPodAutoscalers: readonly HorizontalPodAutoscalerSpec[];
  readonly limitRanges: readonly LimitRangeSpec[];
  /** InterceptorRoutes, and HTTPScaledObjects as the routes that the add-on makes of them; their ScaledObjects are above. */
  readonly interceptorRoutes: readonly InterceptorRouteSpec[];
  /** What a cluster would do with it and Sluice does not, and what has no effect. Never errors. */
  readonly warnings: readonly ManifestProblem[];
}
