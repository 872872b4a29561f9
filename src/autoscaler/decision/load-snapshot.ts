/** What a trigger's value is compared with. Utilization is a percentage of the request and only exists for cpu and memory. */
export interface MetricTarget {
  readonly kind: 'AverageValue' | 'Value' | 'Utilization';
  /** > 0. Utilization: whole percent. cpu as AverageValue: cores. memory as AverageValue: bytes. */
  readonly value: number;
}

/** One metric of one trigger as it was read for this tick; a trigger with several metrics gives several readings. */
export interface TriggerReading {
  /** Position of the trigger in the ScaledObject, from 0. */
  readonly index: number;
  /** `triggers[].name`; the word a formula uses. Null when the trigger has none. */
  readonly name: string | null;
  /** As KEDA calls it towards the HPA, for example `s0-prometheus`; the key of its health. */
  readonly metricName: string;
  /** `triggers[].type`, for example `prometheus`. */
  readonly type: string;
  /** Null when it could not be read, and for cpu and memory, whose numbers are in `LoadSnapshot.pods`. */
  readonly value: number | null;
  /** The scaler's own boolean; false on an error. */
  readonly active: boolean;
  readonly target: MetricTarget;
  /** For explanations: what the value had to exceed to be active. Null where there is no such number. */
  readonly activationThreshold: number | null;
  /** A sentence saying why `value` is null; null when it was read. */
  readonly error: string | null;
  /**
   * Where the error happened. `fetch`: asking for the value; fallback may replace it. `spec`: asking what metrics there
   * are; fallback never sees it. `build`: connecting while the scaler was made (the freeze trap). `unbuilt`: not asked,
   * because another trigger of the object could not be built.
   * @defaultValue 'fetch'
   */
  readonly errorStage?: 'fetch' | 'spec' | 'build' | 'unbuilt';
  /** True for cpu and memory: they never vote on activity, have no fallback and cannot stand in a formula. */
  readonly isResource: boolean;
  /** cpu and memory of one container of each replica only. Null or absent: the whole replica. */
  readonly containerName?: string | null;
}

/** cpu and memory of one container of a replica, in thousandths (millicores, millibytes) as the HPA counts. */
export interface ContainerSample {
  readonly name: string;
  /** What it asked for; null without a request. */
  readonly requestMilli: { readonly cpu: number | null; readonly memory: number | null };
  /** What it used; null when no sample was taken. */
  readonly usageMilli: { readonly cpu: number | null; readonly memory: number | null };
}

/** A replica as the HPA's resource metrics see it. */
export interface PodSample {
  readonly id: string;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** Being stopped. */
  readonly deleting: boolean;
  readonly ready: boolean;
  /** When `ready` last changed; null when readiness was never observed. */
  readonly readyChangedAtMs: number | null;
  readonly startedAtMs: number | null;
  readonly containers: readonly ContainerSample[];
  /** What the pod as a whole asked for, in thousandths; outweighs its containers. Absent: only they ask. */
  readonly requestMilli?: ContainerSample['requestMilli'];
  /** End of the time the usage was measured over. */
  readonly sampledAtMs: number;
  /** Length of that time. */
  readonly sampleWindowMs: number;
}

/** One replica as the policy `instant` and the choice of victims see it. */
export interface ReplicaLoad {
  readonly id: string;
  readonly state: 'starting' | 'ready' | 'draining';
  /** Requests it is answering, open streams included. */
  readonly inFlight: number;
  /** Since when it has had nothing to do: the end of its last request, or when it became ready. Null while busy or starting. */
  readonly idleSinceMs: number | null;
  /** Its start has not begun: it waits for a core that others start on, or since it crashed. Absent: it does not wait. */
  readonly isWaiting?: true;
  /** How long its start took, from its process to its readiness. Absent unless it is idle, and where unknown. */
  readonly startMs?: number;
}

/** Everything a decision looks at besides policy, state and time. Plain data: a recorded snapshot replays. */
export interface LoadSnapshot {
  /** `spec.replicas` of the scale target: how many are wanted now. Null when it cannot be read. */
  readonly specReplicas: number | null;
  /** `status.replicas`: started and not gone. */
  readonly statusReplicas: number;
  /** Running and their readiness probe passes. */
  readonly readyReplicas: number;
  /** Started, not ready yet. */
  readonly startingReplicas: number;
  /** Requests held because no replica has a free slot. */
  readonly pending: number;
  /** Requests being answered. */
  readonly inFlight: number;
  /** When the last request arrived or ended, whichever is later; null before the first. */
  readonly lastActivityMs: number | null;
  /** When a request was refused for want of a slot and of a place to wait; absent when nobody would be refused now. */
  readonly refusedAtMs?: number;
  /** Requests a replica may answer at once, >= 1. */
  readonly slotsPerReplica: number;
  /** Replicas that are not gone; may be empty under policy `keda`. */
  readonly replicas: readonly ReplicaLoad[];
  readonly triggers: readonly TriggerReading[];
  /**
   * When `triggers` were read. Policy `instant` decides many times on the same readings and counts a failure once per
   * reading. Absent: they are new in every snapshot.
   */
  readonly triggersReadAtMs?: number;
  /** Only needed when a trigger is cpu or memory. */
  readonly pods?: readonly PodSample[];
}
