/** `status.health[metric]` of the ScaledObject. */
export interface MetricHealth {
  readonly numberOfFailures: number;
  readonly status: 'Happy' | 'Failing';
}

/** A replica count the HPA would have chosen, before stabilization. */
export interface Recommendation {
  readonly replicas: number;
  readonly atMs: number;
}

/** A change that was really made, for the rate limits of `behavior`. */
export interface ScaleEvent {
  /** > 0 in both directions. */
  readonly replicaChange: number;
  readonly atMs: number;
  /** Its slot may be reused: older than the longest period of its direction. */
  readonly outdated: boolean;
}

/** What the HPA controller keeps in memory. Lost when it restarts. */
export interface HpaState {
  /** Null until the first reconcile, which seeds the list with the current count. */
  readonly recommendations: readonly Recommendation[] | null;
  readonly scaleUpEvents: readonly ScaleEvent[];
  readonly scaleDownEvents: readonly ScaleEvent[];
}

/** What decisions remember from tick to tick. Plain JSON: it may be stored and read back. */
export interface DecisionState {
  /** When the ScaledObject was first seen; start of the initial cooldown. */
  readonly createdAtMs: number;
  /** Last time something was active; null while it never was. Whole seconds under policy `keda`, as KEDA persists it. */
  readonly lastActiveMs: number | null;
  /** The count found when the object was first seen, for `restoreToOriginalReplicaCount`; null before that. */
  readonly originalReplicas: number | null;
  /** The number of `paused-replicas` that was written already; null while not paused by it. */
  readonly pausedReplicas: number | null;
  /** When the readings were taken whose failures are counted; null before the first. Policy `instant` only. */
  readonly triggersReadAtMs: number | null;
  /** By metric name. */
  readonly health: Readonly<Record<string, MetricHealth>>;
  readonly hpa: HpaState;
}

/** The memory of a controller that has just started. */
export const emptyHpaState: HpaState = { recommendations: null, scaleUpEvents: [], scaleDownEvents: [] };

/** The state of an object nobody has decided about yet. */
export function createDecisionState(createdAtMs: number): DecisionState {
  return {
    createdAtMs,
    lastActiveMs: null,
    originalReplicas: null,
    pausedReplicas: null,
    triggersReadAtMs: null,
    health: {},
    hpa: emptyHpaState,
  };
}

/**
 * What holds when the count that was decided could not be written: activity is not refreshed and no scale event is
 * recorded, as in KEDA and in the HPA controller; failures counted and recommendations made stay.
 */
export function stateAfterFailedWrite(before: DecisionState, after: DecisionState): DecisionState {
  return {
    ...after,
    lastActiveMs: before.lastActiveMs,
    hpa: {
      ...after.hpa,
      scaleUpEvents: before.hpa.scaleUpEvents,
      scaleDownEvents: before.hpa.scaleDownEvents,
    },
  };
}
