import * as z from 'zod';
import {
  describeValue,
  metadataSchema,
  quantities,
  stringMapSchema,
  wholeNumber,
} from './metadata-schema.ts';

const words = z.array(
  z.string({ error: (issue) => `expected text in quotes, received ${describeValue(issue.input)}` }),
  {
    error: (issue) => `expected a list of texts, received ${describeValue(issue.input)}`,
  },
);
const port = z.union([wholeNumber(1, 65_535), z.string().min(1)], {
  error: (issue) =>
    `expected a port from 1 to 65535 or the name of one, received ${describeValue(issue.input)}`,
});
const keyRef = z.object({ name: z.string().min(1), key: z.string().min(1), optional: z.boolean().nullish() });
const sourceRef = z.object({ name: z.string().min(1), optional: z.boolean().nullish() });

const probe = z.object({
  httpGet: z
    .object({
      path: z.string().nullish(),
      port,
      scheme: z.string().nullish(),
      httpHeaders: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
    })
    .nullish(),
  tcpSocket: z.object({ port }).nullish(),
  exec: z.object({ command: words }).nullish(),
  grpc: z.unknown().optional(),
  initialDelaySeconds: wholeNumber(0).nullish(),
  periodSeconds: wholeNumber(1).nullish(),
  timeoutSeconds: wholeNumber(1).nullish(),
  failureThreshold: wholeNumber(1).nullish(),
  successThreshold: wholeNumber(1).nullish(),
});
export type ProbeManifest = z.infer<typeof probe>;

const resources = z.object({ requests: quantities, limits: quantities }).nullish();

const environmentVariable = z.object({
  name: z.string().min(1, 'expected the name of a variable'),
  value: z
    .string({
      error: (issue) =>
        `expected text, received ${describeValue(issue.input)}. Put it in quotes: Kubernetes takes only text here.`,
    })
    .nullish(),
  valueFrom: z
    .object({
      configMapKeyRef: keyRef.nullish(),
      secretKeyRef: keyRef.nullish(),
      fieldRef: z.object({ fieldPath: z.string() }).nullish(),
    })
    .nullish(),
});
export type EnvironmentVariableManifest = z.infer<typeof environmentVariable>;

const container = z.object({
  name: z.string().min(1),
  command: words.nullish(),
  args: words.nullish(),
  workingDir: z.string().nullish(),
  env: z.array(environmentVariable).nullish(),
  envFrom: z
    .array(
      z.object({
        prefix: z.string().nullish(),
        configMapRef: sourceRef.nullish(),
        secretRef: sourceRef.nullish(),
      }),
    )
    .nullish(),
  ports: z.array(z.object({ containerPort: wholeNumber(1, 65_535), name: z.string().nullish() })).nullish(),
  readinessProbe: probe.nullish(),
  livenessProbe: probe.nullish(),
  startupProbe: z.unknown().optional(),
  resources,
});
export type ContainerManifest = z.infer<typeof container>;

/** A pod template: only the fields that mean something to a process on this machine. */
export const deploymentTemplateSchema = z.object({
  metadata: z.object({ annotations: stringMapSchema.nullish(), labels: stringMapSchema.nullish() }).nullish(),
  spec: z.object({
    terminationGracePeriodSeconds: wholeNumber(0).nullish(),
    resources,
    containers: z.array(container).min(1, 'expected at least one container, received an empty list'),
  }),
});

/** `apps/v1` Deployment: only the fields that mean something to a process on this machine. */
export const deploymentSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({ replicas: wholeNumber(0).nullish(), template: deploymentTemplateSchema }),
});
export type DeploymentManifest = z.infer<typeof deploymentSchema>;
