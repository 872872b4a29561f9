import type {
  ContainerSpec,
  DeploymentSpec,
  EnvironmentVariable,
  Probe,
  ProbeAction,
  WrittenResources,
} from './deployment.ts';
import type {
  ContainerManifest,
  DeploymentManifest,
  EnvironmentVariableManifest,
  ProbeManifest,
} from './deployment-schema.ts';
import type { ManifestSource } from './metadata-schema.ts';

/** Annotations of our own; every other meaning is Kubernetes' own. */
export const slotsAnnotation = 'sluice.dev/slots';
export const hostsAnnotation = 'sluice.dev/hosts';
export const pathPrefixAnnotation = 'sluice.dev/path-prefix';

/** Most HTTP programs answer several requests at once; ten keeps one from being flooded while others start. */
const defaultSlots = 10;
/** Most that one replica may have. */
export const maxSlots = 10_000;

/** How a reader says what is wrong, or with `warning` what is worth knowing. */
export type Complain = (path: readonly PropertyKey[], message: string, severity?: 'warning') => void;
const containersPath = ['spec', 'template', 'spec', 'containers'] as const;

/** Turns the written Deployment into what a process needs; says through `complain` what cannot be done here. */
export function toDeployment(
  manifest: DeploymentManifest,
  source: ManifestSource,
  complain: Complain,
): DeploymentSpec | null {
  const { metadata, spec } = manifest;
  const containers = toContainers(spec.template.spec.containers, containersPath, complain, 'replica');
  const [main] = containers;
  if (!main) return null;
  if (containers.length > 1) {
    complain(
      [...containersPath, 1],
      'only the first container is run here; sidecars are left out',
      'warning',
    );
  }
  const annotations = { ...spec.template.metadata?.annotations, ...metadata.annotations };
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    annotations,
    source,
    labels: { ...metadata.labels, ...spec.template.metadata?.labels },
    containers,
    main,
    ...(spec.template.spec.resources ? { podResources: writtenResources(spec.template.spec.resources) } : {}),
    replicas: spec.replicas ?? null,
    terminationGracePeriodMs: (spec.template.spec.terminationGracePeriodSeconds ?? 30) * 1000,
    slots: slotsOf(annotations[slotsAnnotation], complain),
    hosts: (annotations[hostsAnnotation] ?? '')
      .split(',')
      .map((host) => host.trim().toLowerCase())
      .filter((host) => host !== ''),
    pathPrefix: pathPrefixOf(annotations[pathPrefixAnnotation], complain),
  };
}

function slotsOf(text: string | undefined, complain: Complain): number {
  if (text === undefined) return defaultSlots;
  const slots = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (slots >= 1 && slots <= maxSlots) return slots;
  complain(
    ['metadata', 'annotations', slotsAnnotation],
    `expected a whole number from 1 to ${maxSlots} (requests one replica answers at once), received "${text}"`,
  );
  return defaultSlots;
}

function pathPrefixOf(text: string | undefined, complain: Complain): string {
  const prefix = (text ?? '').trim();
  if (prefix === '') return '/';
  if (prefix.startsWith('/') && !/[?#\s]/.test(prefix)) return prefix;
  complain(
    ['metadata', 'annotations', pathPrefixAnnotation],
    `expected a path that begins with "/", received "${text}"`,
  );
  return '/';
}

/** All containers of a pod template at `path`. A job ends by itself and is not asked whether it lives. */
export function toContainers(
  containers: readonly ContainerManifest[],
  path: readonly PropertyKey[],
  complain: Complain,
  runsAs: 'replica' | 'job' = 'job',
): ContainerSpec[] {
  return containers.map((container, index) => toContainer(container, [...path, index], complain, runsAs));
}

function toContainer(
  container: ContainerManifest,
  path: readonly PropertyKey[],
  complain: Complain,
  runsAs: 'replica' | 'job',
): ContainerSpec {
  const ports = container.ports ?? [];
  const serving = ports[0]?.containerPort ?? null;
  const isServing = (port: number | string): boolean =>
    port === serving || (ports[0]?.name ?? null) === port || (typeof port === 'number' && serving === null);
  const portOf = (port: number | string, at: readonly PropertyKey[]): 'serving' | number => {
    if (isServing(port)) return 'serving';
    const named = ports.find((other) => other.name === port || other.containerPort === port);
    if (named) return named.containerPort;
    if (typeof port === 'number') return port;
    complain(at, `expected the name of one of the container's ports, received "${port}"`);
    return 'serving';
  };
  const probeOf = (key: 'livenessProbe' | 'readinessProbe'): Probe | null => {
    const probe = container[key];
    return probe ? toProbe(probe, [...path, key], portOf, complain) : null;
  };
  let livenessProbe: Probe | null = null;
  if (runsAs === 'replica') {
    livenessProbe = probeOf('livenessProbe');
    if (livenessProbe && livenessProbe.successThreshold !== 1) {
      complain(
        [...path, 'livenessProbe', 'successThreshold'],
        `expected 1, the only value a cluster takes for liveness, received ${livenessProbe.successThreshold}`,
      );
    }
  } else if (container.livenessProbe) {
    complain([...path, 'livenessProbe'], 'liveness probes of jobs are not run here', 'warning');
  }
  if (container.startupProbe !== undefined && container.startupProbe !== null) {
    complain(
      [...path, 'startupProbe'],
      'startup probes are not run here; liveness is asked for once the replica has been ready',
      'warning',
    );
  }
  return {
    name: container.name,
    // As on a cluster: `args` alone go to the program of the image, which does not exist here.
    command: container.command ? [...container.command, ...(container.args ?? [])] : [],
    environment: toEnvironment(container, path, complain),
    workingDir: container.workingDir || null,
    containerPort: serving,
    readinessProbe: probeOf('readinessProbe'),
    livenessProbe,
    requests: textValues({ ...container.resources?.limits, ...container.resources?.requests }),
    limits: textValues(container.resources?.limits ?? {}),
  };
}

const writtenResources = ({
  limits,
  requests,
}: NonNullable<ContainerManifest['resources']>): WrittenResources => ({
  requests: textValues(requests ?? {}),
  limits: textValues(limits ?? {}),
});

const textValues = (values: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

function toEnvironment(
  container: ContainerManifest,
  path: readonly PropertyKey[],
  complain: Complain,
): EnvironmentVariable[] {
  const variables: EnvironmentVariable[] = [];
  for (const { prefix, configMapRef, secretRef } of container.envFrom ?? []) {
    for (const [kind, ref] of [
      ['all-of-config-map', configMapRef],
      ['all-of-secret', secretRef],
    ] as const) {
      if (ref)
        variables.push({ kind, object: ref.name, prefix: prefix ?? '', optional: ref.optional ?? false });
    }
  }
  for (const [index, variable] of (container.env ?? []).entries()) {
    variables.push(toVariable(variable, [...path, 'env', index], complain));
  }
  return variables;
}

const knownFields = ['metadata.name', 'metadata.namespace', 'status.podIP', 'status.hostIP', 'spec.nodeName'];

function toVariable(
  { name, value, valueFrom }: EnvironmentVariableManifest,
  path: readonly PropertyKey[],
  complain: Complain,
): EnvironmentVariable {
  const ref = valueFrom?.configMapKeyRef ?? valueFrom?.secretKeyRef;
  if (ref) {
    const kind = valueFrom?.configMapKeyRef ? 'config-map' : 'secret';
    return { name, kind, object: ref.name, key: ref.key, optional: ref.optional ?? false };
  }
  if (valueFrom?.fieldRef) {
    const { fieldPath } = valueFrom.fieldRef;
    if (!knownFields.includes(fieldPath)) {
      complain(
        [...path, 'valueFrom', 'fieldRef', 'fieldPath'],
        `expected one of ${knownFields.join(', ')}, received "${fieldPath}"; others have no meaning on one machine`,
      );
    }
    return { name, kind: 'field', fieldPath };
  }
  if (valueFrom) {
    complain(
      [...path, 'valueFrom'],
      'expected configMapKeyRef, secretKeyRef or fieldRef; other sources have no meaning on one machine',
    );
  }
  return { name, kind: 'value', value: value ?? '' };
}

function toProbe(
  probe: ProbeManifest,
  path: readonly PropertyKey[],
  portOf: (port: number | string, at: readonly PropertyKey[]) => 'serving' | number,
  complain: Complain,
): Probe | null {
  let action: ProbeAction;
  if (probe.httpGet) {
    const { httpHeaders, path: requestPath, port, scheme } = probe.httpGet;
    if (scheme && scheme.toUpperCase() !== 'HTTP') {
      complain(
        [...path, 'httpGet', 'scheme'],
        `expected HTTP, received "${scheme}"; replicas speak plain HTTP here`,
      );
    }
    const headers = Object.fromEntries((httpHeaders ?? []).map(({ name, value }) => [name, value]));
    action = {
      kind: 'http',
      path: requestPath || '/',
      port: portOf(port, [...path, 'httpGet', 'port']),
      headers,
    };
  } else if (probe.tcpSocket) {
    action = { kind: 'tcp', port: portOf(probe.tcpSocket.port, [...path, 'tcpSocket', 'port']) };
  } else if (probe.exec) {
    action = { kind: 'exec', command: probe.exec.command };
  } else {
    complain(path, 'expected httpGet, tcpSocket or exec; gRPC probes are not run here');
    return null;
  }
  return {
    action,
    initialDelayMs: (probe.initialDelaySeconds ?? 0) * 1000,
    periodMs: (probe.periodSeconds ?? 10) * 1000,
    timeoutMs: (probe.timeoutSeconds ?? 1) * 1000,
    failureThreshold: probe.failureThreshold ?? 3,
    successThreshold: probe.successThreshold ?? 1,
  };
}
