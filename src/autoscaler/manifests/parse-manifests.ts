import * as z from 'zod';
import { admit } from './admission.ts';
import { configMapSchema, toConfigMap } from './config-map.ts';
import { deploymentSchema } from './deployment-schema.ts';
import type { ConfigMapSpec, DeploymentSpec } from './deployment.ts';
import { manifestError, pathText, type ManifestProblem } from './manifest-problem.ts';
import type { ManifestSet } from './manifest-set.ts';
import { describeValue, type ManifestSource } from './metadata-schema.ts';
import { scaledObjectSchema } from './scaled-object-schema.ts';
import { toScaledObject, type ScaledObjectSpec } from './scaled-object.ts';
import { toDeployment } from './to-deployment.ts';
import {
  toTriggerAuthentication,
  triggerAuthenticationSchema,
  type TriggerAuthenticationSpec,
} from './trigger-authentication.ts';
import { parseYamlDocuments, type ManifestDocument } from './yaml-documents.ts';

/** A text and where it came from, for messages. */
export interface ManifestText {
  readonly file: string;
  readonly text: string;
}

type Complain = (path: readonly PropertyKey[], message: string, severity?: 'warning') => void;

/** Kinds that mean something on one machine, or that every such folder holds and that need nothing here. */
const headSchema = z.object({ apiVersion: z.string(), kind: z.string() });

interface Collected {
  readonly deployments: DeploymentSpec[];
  readonly configMaps: ConfigMapSpec[];
  readonly scaledObjects: ScaledObjectSpec[];
  readonly triggerAuthentications: TriggerAuthenticationSpec[];
  /** A Deployment could not be read: then it would be misleading to call one missing. */
  unreadableDeployments: number;
}

/** How one kind is read. Kinds without an entry are accepted and left out, with a warning. */
const readers: Readonly<
  Record<string, (value: unknown, source: ManifestSource, into: Collected, complain: Complain) => void>
> = {
  Deployment: (value, source, into, complain) => {
    const manifest = check(deploymentSchema, value, complain);
    const deployment = manifest ? toDeployment(manifest, source, complain) : null;
    if (deployment) into.deployments.push(deployment);
    else into.unreadableDeployments += 1;
  },
  ConfigMap: (value, source, into, complain) => {
    const manifest = check(configMapSchema, value, complain);
    if (manifest) into.configMaps.push(toConfigMap(manifest, 'ConfigMap', source, complain));
  },
  Secret: (value, source, into, complain) => {
    const manifest = check(configMapSchema, value, complain);
    if (manifest) into.configMaps.push(toConfigMap(manifest, 'Secret', source, complain));
  },
  ScaledObject: (value, source, into, complain) => {
    const manifest = check(scaledObjectSchema, value, complain);
    if (manifest) into.scaledObjects.push(toScaledObject(manifest, source));
  },
  TriggerAuthentication: (value, source, into, complain) => {
    const manifest = check(triggerAuthenticationSchema, value, complain);
    if (!manifest) return;
    into.triggerAuthentications.push(
      toTriggerAuthentication(manifest, 'TriggerAuthentication', source, complain),
    );
  },
  ClusterTriggerAuthentication: (value, source, into, complain) => {
    const manifest = check(triggerAuthenticationSchema, value, complain);
    if (!manifest) return;
    into.triggerAuthentications.push(
      toTriggerAuthentication(manifest, 'ClusterTriggerAuthentication', source, complain),
    );
  },
};

/** Kinds that have nothing to do here: a Service's work is done by the gateway. */
const silentKinds = new Set(['Service', 'Namespace']);

/**
 * Reads Kubernetes and KEDA objects and applies the admission rules of a cluster.
 *
 * @throws AppError `invalid-argument` with every problem of every file, one line each: `file:line: path: reason`.
 */
export async function parseManifests(texts: readonly ManifestText[]): Promise<ManifestSet> {
  const problems: ManifestProblem[] = [];
  const warnings: ManifestProblem[] = [];
  const collected: Collected = {
    deployments: [],
    configMaps: [],
    scaledObjects: [],
    triggerAuthentications: [],
    unreadableDeployments: 0,
  };
  const lines = new Map<ManifestSource, ManifestDocument>();
  for (const { file, text } of texts) {
    const yaml = await parseYamlDocuments(text, file);
    problems.push(...yaml.problems);
    for (const document of yaml.documents) readDocument(document, collected, lines, problems, warnings);
  }
  admit(collected, (source, path, message, severity) => {
    const line = lines.get(source)?.lineOf(path) ?? source.line;
    const problem = { file: source.file, line, path: pathText(path), message };
    (severity === 'warning' ? warnings : problems).push(problem);
  });
  if (problems.length > 0) throw manifestError(problems);
  const { deployments, configMaps, scaledObjects, triggerAuthentications } = collected;
  return { deployments, configMaps, scaledObjects, triggerAuthentications, warnings };
}

function readDocument(
  document: ManifestDocument,
  into: Collected,
  lines: Map<ManifestSource, ManifestDocument>,
  problems: ManifestProblem[],
  warnings: ManifestProblem[],
): void {
  const { file } = document;
  const complain: Complain = (path, message, severity) => {
    const problem = { file, line: document.lineOf(path), path: pathText(path), message };
    (severity === 'warning' ? warnings : problems).push(problem);
  };
  const head = headSchema.safeParse(document.value);
  if (!head.success) {
    complain(
      [],
      `expected a Kubernetes object with apiVersion and kind, received ${describeValue(document.value)} without them`,
    );
    return;
  }
  const { kind } = head.data;
  const source: ManifestSource = { file, line: document.lineOf([]) };
  lines.set(source, document);
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (read) read(document.value, source, into, complain);
  else if (!silentKinds.has(kind))
    complain(['kind'], `${kind} has no meaning on one machine and is left out`, 'warning');
}

/** zod's issues as problems with lines. */
function check<T>(schema: z.ZodType<T>, value: unknown, complain: Complain): T | null {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    // Zod words a missing map as "expected object, received undefined"; ours say what to write.
    const message = issue.message
      .replace(/^Invalid input: /, '')
      .replace('received undefined', 'received nothing');
    complain(issue.path, message);
  }
  return null;
}
