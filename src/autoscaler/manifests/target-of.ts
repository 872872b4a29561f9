import type { DeploymentSpec } from './deployment.ts';
import type { ScaledObjectSpec } from './scaled-object.ts';

/** The Deployment a ScaledObject scales, in the same namespace. */
export function targetOf(
  object: ScaledObjectSpec,
  deployments: readonly DeploymentSpec[],
): DeploymentSpec | undefined {
  return deployments.find(
    ({ name, namespace }) => name === object.scaleTargetRef.name && namespace === object.namespace,
  );
}
