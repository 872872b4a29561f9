import type { DeploymentSpec } from '../manifests/deployment.ts';
import type { ManifestSet } from '../manifests/manifest-set.ts';
import type { ScaledObjectSpec, TriggerSpec } from '../manifests/scaled-object.ts';
import type { Complaint } from './finding.ts';

/** A ScaledObject and what lies beside it. */
export interface ObjectContext {
  readonly object: ScaledObjectSpec;
  readonly set: ManifestSet;
  /** The Deployment or StatefulSet it scales; null when it is not among the files. */
  readonly workload: DeploymentSpec | null;
  /** As `reachesZero` of the object. */
  readonly reachesZero: boolean;
}

/** One rule about a ScaledObject as a whole. Pure. */
export interface ObjectRule {
  readonly id: string;
  check(context: ObjectContext): readonly Complaint[];
}

/** Does a ScaledObject ever go to zero: minReplicaCount 0, or idleReplicaCount 0? */
export function reachesZero({
  idleReplicaCount,
  minReplicaCount,
}: Pick<ScaledObjectSpec, 'idleReplicaCount' | 'minReplicaCount'>): boolean {
  return (minReplicaCount ?? 0) === 0 || idleReplicaCount === 0;
}

/** Triggers with their position and the path of their fields. */
export function triggersOf(object: Pick<ScaledObjectSpec, 'triggers'>): readonly {
  readonly trigger: TriggerSpec;
  readonly index: number;
  readonly path: readonly PropertyKey[];
}[] {
  return object.triggers.map((trigger, index) => ({ trigger, index, path: ['spec', 'triggers', index] }));
}
