import type { ConfigMapSpec, ContainerSpec, DeploymentSpec, Probe } from './deployment.ts';
import { expandVariables } from './expand-variables.ts';
import { manifestError, type ManifestProblem } from './manifest-problem.ts';
import { toRouteSpecs, type RouteSpec } from './interceptor-route-specs.ts';
import type { ManifestSet } from './manifest-set.ts';
import type { ScaledObjectSpec } from './scaled-object.ts';
import { protocolOfDeployment, type ReplicaProtocol } from './service-protocol.ts';
import { targetOf } from './target-of.ts';
import { maxSlots, slotsAnnotation } from './to-deployment.ts';

/** A variable whose ConfigMap or Secret has been looked up; fields are known only once a replica has a name. */
export type ResolvedVariable =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly fieldPath: string };

/** How one replica of a target is started, asked and stopped. */
export interface LaunchSpec {
  /** The Deployment's name: the name of the scale target. */
  readonly name: string;
  readonly namespace: string;
  /** Program and arguments, `$(NAME)` not yet expanded. Never empty. */
  readonly command: readonly string[];
  /** In order; `$(NAME)` refers to earlier ones. */
  readonly environment: readonly ResolvedVariable[];
  readonly workingDir: string | null;
  /** A relative `workingDir` is meant from its folder. */
  readonly manifestFile: string;
  /** `socket`: Sluice's own replica, told by `SLUICE_SOCKET`. `port`: any other program, told by `PORT`. */
  readonly listens: 'port' | 'socket';
  readonly readinessProbe: Probe | null;
  /** Left out or null: a replica that hangs is never ended for it. */
  readonly livenessProbe?: Probe | null;
  readonly terminationGracePeriodMs: number;
  /** Requests one replica answers at once, >= 1. */
  readonly slots: number;
}

/** A ScaledObject, the Deployment it scales, and how to start that. */
export interface TargetSpec {
  readonly name: string;
  readonly scaledObject: ScaledObjectSpec;
  readonly deployment: DeploymentSpec;
  readonly launch: LaunchSpec;
  /** What its replicas speak, where no route says. @defaultValue http/1.1 */
  readonly protocol?: ReplicaProtocol;
  /** The environment `*FromEnv` keys of triggers look into. */
  readonly triggerEnvironment: Readonly<Record<string, string>>;
  /** The same of the containers that an authentication names in `env[].containerName`, by container. */
  readonly containerEnvironments?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Is this Sluice's own replica? Then it may listen on a socket and be started without a shell or PATH. */
const isSluiceReplica = (command: readonly string[]): boolean =>
  /(?:^|\/)sluice$/.test(command[0] ?? '') && command[1] === 'replica';

/**
 * One entry for each ScaledObject, in their order.
 *
 * @throws AppError `invalid-argument` naming every ConfigMap, Secret and key that is missing and not optional.
 */
export function toTargetSpecs(manifests: ManifestSet): readonly TargetSpec[] {
  const problems: ManifestProblem[] = [];
  const specs: TargetSpec[] = [];
  const routes = toRouteSpecs(manifests);
  for (const scaledObject of manifests.scaledObjects) {
    const deployment = targetOf(scaledObject, manifests.deployments);
    if (!deployment) continue;
    const environment = resolveEnvironment(deployment, deployment.main, manifests.configMaps, problems);
    const wanted = scaledObject.scaleTargetRef.envSourceContainerName;
    const envContainer = deployment.containers.find(({ name }) => name === wanted) ?? deployment.main;
    const triggerVariables =
      envContainer === deployment.main
        ? environment
        : resolveEnvironment(deployment, envContainer, manifests.configMaps, problems);
    const { main } = deployment;
    specs.push({
      name: deployment.name,
      scaledObject,
      deployment,
      protocol: protocolOfDeployment(deployment, manifests.services),
      triggerEnvironment: environmentOf(triggerVariables),
      containerEnvironments: Object.fromEntries(
        namedContainers(scaledObject, deployment, manifests).map((container) => [
          container.name,
          environmentOf(resolveEnvironment(deployment, container, manifests.configMaps, problems)),
        ]),
      ),
      launch: {
        name: deployment.name,
        namespace: deployment.namespace,
        command: main.command,
        environment,
        workingDir: main.workingDir,
        manifestFile: deployment.source.file,
        listens: isSluiceReplica(main.command) ? 'socket' : 'port',
        readinessProbe: main.readinessProbe,
        livenessProbe: main.livenessProbe,
        terminationGracePeriodMs: deployment.terminationGracePeriodMs,
        slots: slotsOf(deployment, routes),
      },
    });
  }
  if (problems.length > 0) throw manifestError(problems);
  return specs;
}

/**
 * The Deployment's own word; else the concurrency that its routes scale by, so that as many replicas are wanted as KEDA
 * would want; else the default.
 */
function slotsOf({ annotations, name, slots }: DeploymentSpec, routes: readonly RouteSpec[]): number {
  if (annotations[slotsAnnotation] !== undefined) return slots;
  const targets = routes
    .filter(({ target }) => target === name)
    .flatMap(({ objects }) => objects.map(({ scalingMetric }) => scalingMetric.concurrency))
    .filter((target) => target !== null);
  return targets.length === 0 ? slots : Math.min(maxSlots, ...targets);
}

const environmentOf = (variables: readonly ResolvedVariable[]): Readonly<Record<string, string>> =>
  Object.fromEntries(expandEnvironment(variables, new Map(), () => ''));

/** Containers whose environment an authentication of a trigger asks for by name. */
function namedContainers(
  { triggers }: ScaledObjectSpec,
  { containers }: DeploymentSpec,
  { triggerAuthentications }: ManifestSet,
): readonly ContainerSpec[] {
  const names = new Set(
    triggers.flatMap(({ authenticationRef: ref }) =>
      triggerAuthentications
        .filter(({ kind, name }) => kind === ref?.kind && name === ref.name)
        .flatMap(({ env }) => env.flatMap(({ containerName }) => containerName ?? [])),
    ),
  );
  return containers.filter(({ name }) => names.has(name));
}

/**
 * Environment as a process gets it: each value sees what was defined before it.
 *
 * @param given variables known from the start; they win over the Deployment's of the same name.
 */
export function expandEnvironment(
  variables: readonly ResolvedVariable[],
  given: ReadonlyMap<string, string>,
  fieldValue: (fieldPath: string) => string,
): Map<string, string> {
  const values = new Map(given);
  for (const variable of variables) {
    if (given.has(variable.name)) continue;
    const value =
      'value' in variable ? expandVariables(variable.value, values) : fieldValue(variable.fieldPath);
    values.set(variable.name, value);
  }
  return values;
}

/** A container's variables with their ConfigMaps and Secrets looked up; `problems` gets what is missing and not optional. */
export function resolveEnvironment(
  deployment: Pick<DeploymentSpec, 'namespace' | 'source'>,
  container: ContainerSpec,
  configMaps: readonly ConfigMapSpec[],
  problems: ManifestProblem[],
): ResolvedVariable[] {
  const missing = (message: string): void => {
    problems.push({
      ...deployment.source,
      path: `containers[${container.name}].env`,
      rule: 'here-environment',
      message,
    });
  };
  const find = (kind: ConfigMapSpec['kind'], name: string): ConfigMapSpec | undefined =>
    configMaps.find(
      (object) => object.kind === kind && object.name === name && object.namespace === deployment.namespace,
    );
  const resolved: ResolvedVariable[] = [];
  for (const variable of container.environment) {
    if (variable.kind === 'value') {
      resolved.push({ name: variable.name, value: variable.value });
      continue;
    }
    if (variable.kind === 'field') {
      resolved.push({ name: variable.name, fieldPath: variable.fieldPath });
      continue;
    }
    const kind = variable.kind.endsWith('secret') ? 'Secret' : 'ConfigMap';
    const object = find(kind, variable.object);
    if (!object && !variable.optional) {
      missing(
        `there is no ${kind} "${variable.object}" in namespace "${deployment.namespace}"; add it, or mark the reference optional`,
      );
    }
    if (!object) continue;
    if ('key' in variable) {
      const value = object.data[variable.key];
      // `$(` in a looked-up value is text, not a reference.
      if (value !== undefined) resolved.push({ name: variable.name, value: value.replaceAll('$', '$$$$') });
      else if (!variable.optional) {
        missing(
          `${kind} "${variable.object}" (${object.source.file}:${object.source.line}) has no key "${variable.key}"`,
        );
      }
      continue;
    }
    for (const [key, value] of Object.entries(object.data)) {
      resolved.push({ name: `${variable.prefix}${key}`, value: value.replaceAll('$', '$$$$') });
    }
  }
  return resolved;
}
