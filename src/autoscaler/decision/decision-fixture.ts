import type { LoadSnapshot, PodSample, ReplicaLoad, TriggerReading } from './load-snapshot.ts';
import type { InstantPolicy, KedaPolicy } from './scale-policy.ts';
import { defaultInstantOptions, defaultPolicyBase } from './scale-policy.ts';

// Whole objects for tests, with what a test is about as overrides.

/** A trigger of type redis, target 5 per replica, active above 0. */
export function readingOf(overrides: Partial<TriggerReading> = {}): TriggerReading {
  const value = overrides.value === undefined ? 0 : overrides.value;
  return {
    index: 0,
    name: null,
    metricName: `s${overrides.index ?? 0}-${overrides.type ?? 'redis'}`,
    type: 'redis',
    active: value !== null && value > 0,
    target: { kind: 'AverageValue', value: 5 },
    activationThreshold: 0,
    error: null,
    isResource: false,
    ...overrides,
    value,
  };
}

/** A trigger that could not be read. */
export function failedReading(overrides: Partial<TriggerReading> = {}): TriggerReading {
  return readingOf({ value: null, active: false, error: 'connection refused', ...overrides });
}

/** A target with `replicas` ready replicas and nothing to do. */
export function snapshotOf(replicas: number, overrides: Partial<LoadSnapshot> = {}): LoadSnapshot {
  return {
    specReplicas: replicas,
    statusReplicas: replicas,
    readyReplicas: replicas,
    startingReplicas: 0,
    pending: 0,
    inFlight: 0,
    lastActivityMs: null,
    slotsPerReplica: 1,
    replicas: [],
    triggers: [],
    ...overrides,
  };
}

/** KEDA's defaults. */
export function kedaPolicyOf(overrides: Partial<KedaPolicy> = {}): KedaPolicy {
  return { kind: 'keda', ...defaultPolicyBase, ...overrides };
}

/** The instant policy's defaults. */
export function instantPolicyOf(overrides: Partial<InstantPolicy> = {}): InstantPolicy {
  return { kind: 'instant', ...defaultPolicyBase, ...defaultInstantOptions, ...overrides };
}

/** A ready replica that has been idle since the given time. */
export function idleReplica(id: string, idleSinceMs: number): ReplicaLoad {
  return { id, state: 'ready', inFlight: 0, idleSinceMs };
}

/** A ready replica with one request. */
export function busyReplica(id: string): ReplicaLoad {
  return { id, state: 'ready', inFlight: 1, idleSinceMs: null };
}

/** A running, ready pod that was started long ago, with one container. */
export function podOf(
  id: string,
  cpu: { readonly usageMilli: number | null; readonly requestMilli: number | null },
  overrides: Partial<PodSample> = {},
): PodSample {
  return {
    id,
    phase: 'Running',
    deleting: false,
    ready: true,
    readyChangedAtMs: 0,
    startedAtMs: 0,
    containers: [
      {
        name: 'main',
        requestMilli: { cpu: cpu.requestMilli, memory: null },
        usageMilli: { cpu: cpu.usageMilli, memory: null },
      },
    ],
    sampledAtMs: 10_000_000,
    sampleWindowMs: 15_000,
    ...overrides,
  };
}
