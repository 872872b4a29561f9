import type * as z from 'zod';
import {
  horizontalPodAutoscalerSchema,
  limitRangeSchema,
  serviceSchema,
  toHorizontalPodAutoscaler,
  toLimitRange,
  toService,
  type HorizontalPodAutoscalerSpec,
  type LimitRangeSpec,
  type ServiceSpec,
} from './cluster-objects.ts';
import { configMapSchema, toConfigMap } from './config-map.ts';
import { deploymentSchema } from './deployment-schema.ts';
import type { ConfigMapSpec, DeploymentSpec } from './deployment.ts';
import type { ManifestSource } from './metadata-schema.ts';
import { scaledJobSchema } from './scaled-job-schema.ts';
import { toScaledJob, type ScaledJobSpec } from './scaled-job.ts';
import { scaledObjectSchema } from './scaled-object-schema.ts';
import { toScaledObject, type ScaledObjectSpec } from './scaled-object.ts';
import { toDeployment, type Complain } from './to-deployment.ts';
import {
  toTriggerAuthentication,
  triggerAuthenticationSchema,
  type TriggerAuthenticationSpec,
} from './trigger-authentication.ts';

/** What the readers fill. */
export interface Collected {
  readonly deployments: DeploymentSpec[];
  readonly statefulSets: DeploymentSpec[];
  readonly configMaps: ConfigMapSpec[];
  readonly scaledObjects: ScaledObjectSpec[];
  readonly scaledJobs: ScaledJobSpec[];
  readonly triggerAuthentications: TriggerAuthenticationSpec[];
  readonly services: ServiceSpec[];
  readonly horizontalPodAutoscalers: HorizontalPodAutoscalerSpec[];
  readonly limitRanges: LimitRangeSpec[];
  /** A Deployment could not be read: then it would be misleading to call one missing. */
  unreadableDeployments: number;
}

export type ReaderComplain = (
  rule: string,
  path: readonly PropertyKey[],
  message: string,
  severity?: 'warning',
) => void;

type Reader = (value: unknown, source: ManifestSource, into: Collected, complain: ReaderComplain) => void;

const under =
  (rule: string, complain: ReaderComplain): Complain =>
  (path, message, severity) =>
    complain(rule, path, message, severity);

const readAuthentication =
  (kind: TriggerAuthenticationSpec['kind']): Reader =>
  (value, source, into, complain) => {
    const manifest = check(triggerAuthenticationSchema, value, complain);
    if (manifest) into.triggerAuthentications.push(toTriggerAuthentication(manifest, kind, source, complain));
  };

const readConfigMap =
  (kind: ConfigMapSpec['kind']): Reader =>
  (value, source, into, complain) => {
    const manifest = check(configMapSchema, value, complain);
    if (manifest) into.configMaps.push(toConfigMap(manifest, kind, source, under('schema', complain)));
  };

/** How one kind is read. Kinds without an entry are accepted and left out, with a warning. */
export const manifestReaders: Readonly<Record<string, Reader>> = {
  Deployment: (value, source, into, complain) => {
    const manifest = check(deploymentSchema, value, complain);
    const deployment = manifest ? toDeployment(manifest, source, under('here-container', complain)) : null;
    if (deployment) into.deployments.push(deployment);
    else into.unreadableDeployments += 1;
  },
  StatefulSet: (value, source, into, complain) => {
    const manifest = check(deploymentSchema, value, complain);
    // It is not run here, so nothing about running it is worth saying.
    const statefulSet = manifest ? toDeployment(manifest, source, () => {}) : null;
    if (statefulSet) into.statefulSets.push(statefulSet);
  },
  ConfigMap: readConfigMap('ConfigMap'),
  Secret: readConfigMap('Secret'),
  ScaledObject: (value, source, into, complain) => {
    const manifest = check(scaledObjectSchema, value, complain);
    if (manifest) into.scaledObjects.push(toScaledObject(manifest, source));
  },
  ScaledJob: (value, source, into, complain) => {
    const manifest = check(scaledJobSchema, value, complain);
    if (manifest) into.scaledJobs.push(toScaledJob(manifest, source, under('here-container', complain)));
  },
  TriggerAuthentication: readAuthentication('TriggerAuthentication'),
  ClusterTriggerAuthentication: readAuthentication('ClusterTriggerAuthentication'),
  Service: (value, source, into, complain) => {
    const manifest = check(serviceSchema, value, complain);
    if (manifest) into.services.push(toService(manifest, source));
  },
  HorizontalPodAutoscaler: (value, source, into, complain) => {
    const manifest = check(horizontalPodAutoscalerSchema, value, complain);
    if (manifest) into.horizontalPodAutoscalers.push(toHorizontalPodAutoscaler(manifest, source));
  },
  LimitRange: (value, source, into, complain) => {
    const manifest = check(limitRangeSchema, value, complain);
    if (manifest) into.limitRanges.push(toLimitRange(manifest, source));
  },
};

/**
 * zod's issues as problems with lines. Where they are only numbers and booleans that should stand in quotes, the object
 * is read all the same, as if they did: so that the other rules have their say at once.
 */
function check<T>(schema: z.ZodType<T>, value: unknown, complain: ReaderComplain): T | null {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  for (const issue of issues) {
    // Zod words a missing map as "expected object, received undefined"; ours say what to write.
    const message = issue.message
      .replace(/^Invalid input: /, '')
      .replace('expected object', 'expected a map')
      .replace('expected array', 'expected a list')
      .replace('expected string', 'expected text')
      .replace('received undefined', 'received nothing');
    complain('schema', issue.path, message);
  }
  if (!issues.every(({ message }) => unquoted.test(message))) return null;
  const copy: unknown = structuredClone(value);
  for (const { path } of issues) quoteAt(copy, path);
  const again = schema.safeParse(copy);
  return again.success ? again.data : null;
}

const unquoted = /^expected text, received the (?:number|boolean) /;

function quoteAt(root: unknown, path: readonly PropertyKey[]): void {
  let parent: unknown = root;
  for (const key of path.slice(0, -1)) parent = isMap(parent) ? parent[String(key)] : undefined;
  const last = String(path.at(-1));
  if (isMap(parent)) parent[last] = String(parent[last]);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
