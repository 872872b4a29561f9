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
import { checkSchema, type ReaderComplain } from './check-schema.ts';
import { configMapSchema, toConfigMap } from './config-map.ts';
import { deploymentSchema } from './deployment-schema.ts';
import type { ConfigMapSpec, DeploymentSpec } from './deployment.ts';
import type { InterceptorRouteSpec } from './interceptor-route.ts';
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
import { specOf, warnOfUnknownFields } from './unknown-fields.ts';

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
  /** HTTPScaledObjects too. */
  readonly interceptorRoutes: InterceptorRouteSpec[];
  /** A Deployment could not be read: then it would be misleading to call one missing. */
  unreadableDeployments: number;
}

export type Reader = (
  value: unknown,
  source: ManifestSource,
  into: Collected,
  complain: ReaderComplain,
) => void;

const under =
  (rule: string, complain: ReaderComplain): Complain =>
  (path, message, severity) =>
    complain(rule, path, message, severity);

const readAuthentication =
  (kind: TriggerAuthenticationSpec['kind']): Reader =>
  (value, source, into, complain) => {
    warnOfUnknownFields(triggerAuthenticationSchema.shape.spec, specOf(value), complain, ['spec']);
    const manifest = checkSchema(triggerAuthenticationSchema, value, complain);
    if (manifest) into.triggerAuthentications.push(toTriggerAuthentication(manifest, kind, source, complain));
  };

const readConfigMap =
  (kind: ConfigMapSpec['kind']): Reader =>
  (value, source, into, complain) => {
    const discreet = kind === 'Secret' ? withoutValues(complain) : complain;
    const manifest = checkSchema(configMapSchema, value, discreet);
    if (manifest) into.configMaps.push(toConfigMap(manifest, kind, source, under('schema', discreet)));
  };

/** What stands in a Secret must not come to stand in a log. */
const withoutValues =
  (complain: ReaderComplain): ReaderComplain =>
  (rule, path, message, severity) => {
    const hidden = message.replace(/received the (\w+) .*?(?=\. Put it in quotes|$)/, 'received a $1');
    complain(rule, path, path[0] === 'metadata' ? message : hidden, severity);
  };

/** How one kind is read. Kinds without an entry here or below are accepted and left out, with a warning. */
export const manifestReaders: Readonly<Record<string, Reader>> = {
  Deployment: (value, source, into, complain) => {
    const manifest = checkSchema(deploymentSchema, value, complain);
    const deployment = manifest ? toDeployment(manifest, source, under('here-container', complain)) : null;
    if (deployment) into.deployments.push(deployment);
    else into.unreadableDeployments += 1;
  },
  StatefulSet: (value, source, into, complain) => {
    const manifest = checkSchema(deploymentSchema, value, complain);
    // It is not run here, so nothing about running it is worth saying.
    const statefulSet = manifest ? toDeployment(manifest, source, () => {}) : null;
    if (statefulSet) into.statefulSets.push(statefulSet);
  },
  ConfigMap: readConfigMap('ConfigMap'),
  Secret: readConfigMap('Secret'),
  ScaledObject: (value, source, into, complain) => {
    warnOfUnknownFields(scaledObjectSchema.shape.spec, specOf(value), complain, ['spec']);
    const manifest = checkSchema(scaledObjectSchema, value, complain);
    if (manifest) into.scaledObjects.push(toScaledObject(manifest, source));
  },
  ScaledJob: (value, source, into, complain) => {
    // Fields of pods are legion, and only those that matter here are known.
    const { jobTargetRef: _job, ...spec } = { ...specOf(value) };
    warnOfUnknownFields(scaledJobSchema.shape.spec, spec, complain, ['spec']);
    const manifest = checkSchema(scaledJobSchema, value, complain);
    if (manifest) into.scaledJobs.push(toScaledJob(manifest, source, under('here-container', complain)));
  },
  TriggerAuthentication: readAuthentication('TriggerAuthentication'),
  ClusterTriggerAuthentication: readAuthentication('ClusterTriggerAuthentication'),
  Service: (value, source, into, complain) => {
    const manifest = checkSchema(serviceSchema, value, complain);
    if (manifest) into.services.push(toService(manifest, source));
  },
  HorizontalPodAutoscaler: (value, source, into, complain) => {
    const manifest = checkSchema(horizontalPodAutoscalerSchema, value, complain);
    if (manifest) into.horizontalPodAutoscalers.push(toHorizontalPodAutoscaler(manifest, source));
  },
  LimitRange: (value, source, into, complain) => {
    const manifest = checkSchema(limitRangeSchema, value, complain);
    if (manifest) into.limitRanges.push(toLimitRange(manifest, source));
  },
};

/** Readers of kinds that most files do not have, loaded when one comes. */
export const rareManifestReaders: Readonly<Record<string, () => Promise<Reader>>> = {
  InterceptorRoute: async () => (await import('./interceptor-route-reader.ts')).readInterceptorRoute,
  HTTPScaledObject: async () => (await import('./interceptor-route-reader.ts')).readHttpScaledObject,
};
