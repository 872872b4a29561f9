import type { LoadSnapshot, ReplicaLoad } from '../load-snapshot.ts';
import type { DecisionReason } from '../scale-decision.ts';
import type { InstantPolicy } from '../scale-policy.ts';
import type { InstantNeed } from './instant-need.ts';

/** Everything the choice of a count looks at. */
export interface InstantInput {
  readonly snapshot: LoadSnapshot;
  /** `spec.replicas`, known to be readable. */
  readonly current: number;
  readonly policy: InstantPolicy;
  readonly need: InstantNeed;
  /** Some trigger failed and no fallback stands in for it. */
  readonly isError: boolean;
  /** When the cooldown of the last replica ends. */
  readonly cooldownEndsAtMs: number;
  /** True: it has never been active, so the cooldown is the initial one. */
  readonly neverActive: boolean;
  readonly nowMs: number;
}

/** The count chosen, and which clock runs. */
export interface InstantTarget {
  readonly to: number;
  readonly reason: DecisionReason;
  /** How many more are needed than may start now. */
  readonly queued: number;
  readonly nextCheckAtMs: number | null;
  /** Null when the count is at its lowest, or something keeps it active. */
  readonly cooldownEndsAtMs: number | null;
}

/** The count of the policy `instant`, always between the bounds. */
export function instantTarget(input: InstantInput): InstantTarget {
  const { current, policy } = input;
  const { maxReplicas } = policy;
  if (current > maxReplicas) return plain(maxReplicas, 'above-maximum');
  return input.need.isActive ? whileActive(input) : whileInactive(input);
}

function whileActive(input: InstantInput): InstantTarget {
  const { snapshot, current, policy, need } = input;
  const { minReplicas, maxReplicas, pause } = policy;
  const wanted = Math.min(maxReplicas, Math.max(1, minReplicas, need.replicas));
  if (wanted < current) return shrink(input, wanted);
  if (wanted === current) return plain(current, 'steady');
  if (pause.scaleOutPaused) return plain(current, 'scale-out-paused');
  // Replicas that are starting share the cores: more at once would make each of them slower.
  const startable = snapshot.readyReplicas + Math.max(1, policy.maxConcurrentStarts);
  const to = Math.min(wanted, Math.max(current, minReplicas, startable));
  const reason = to === current ? 'start-capacity' : raiseReason(current, need);
  return { ...plain(to, reason), queued: wanted - to };
}

function raiseReason(current: number, need: InstantNeed): DecisionReason {
  if (need.by === 'schedule') return 'schedule';
  if (need.by === 'fallback') return 'fallback';
  if (need.by === 'annotation') return 'forced-activation';
  return current === 0 ? 'activation' : 'load';
}

function whileInactive(input: InstantInput): InstantTarget {
  const { current, policy, isError, nowMs, cooldownEndsAtMs } = input;
  const { minReplicas, idleReplicas, fallback, pause } = policy;
  const lowest = idleReplicas ?? minReplicas;
  if (current < lowest) return plain(lowest, 'below-minimum');
  if (current === lowest) return plain(current, 'inactive');
  if (pause.scaleInPaused) return plain(current, 'scale-in-paused');
  const warm = Math.min(current, Math.max(1, minReplicas));
  const hasZeroFallback = fallback !== null && fallback.replicas === 0;
  if (isError && !hasZeroFallback) {
    const reason = fallback === null ? 'trigger-error' : 'waiting-for-fallback';
    const shrunk = shrink(input, warm);
    return shrunk.to < current ? shrunk : { ...shrunk, reason };
  }
  if (nowMs >= cooldownEndsAtMs) return plain(lowest, 'cooldown-elapsed');
  const shrunk = shrink(input, warm);
  const cooling = input.neverActive ? 'initial-cooldown' : 'cooling-down';
  return {
    ...shrunk,
    reason: shrunk.reason === 'steady' ? cooling : shrunk.reason,
    nextCheckAtMs: earliest(shrunk.nextCheckAtMs, cooldownEndsAtMs),
    cooldownEndsAtMs,
  };
}

/**
 * How long a replica stays without work: as long as its start took, at least `extraIdleMs`. Who keeps something idle
 * until that has cost as much as getting it anew never pays more than twice what somebody pays who knows the future.
 *
 * @see https://en.wikipedia.org/wiki/Ski_rental_problem
 */
function idleDelayMs({ startMs = 0 }: ReplicaLoad, { cooldownMs, extraIdleMs }: InstantPolicy): number {
  return Math.max(extraIdleMs, Math.min(startMs, cooldownMs));
}

/** Down to `wanted`, but only by replicas that have been idle for the whole delay, and by starts not begun. */
function shrink(input: InstantInput, wanted: number): InstantTarget {
  const { snapshot, current, policy, nowMs } = input;
  if (wanted >= current) return plain(current, 'steady');
  if (policy.pause.scaleInPaused) return plain(current, 'scale-in-paused');
  let idleLongEnough = 0;
  let nextEndMs: number | null = null;
  for (const replica of snapshot.replicas) {
    const { state, inFlight, idleSinceMs } = replica;
    if (state !== 'ready' || inFlight > 0 || idleSinceMs === null) continue;
    const endMs = idleSinceMs + idleDelayMs(replica, policy);
    if (endMs <= nowMs) idleLongEnough += 1;
    else nextEndMs = earliest(nextEndMs, endMs);
  }
  const waiting = snapshot.replicas.filter(({ isWaiting }) => isWaiting).length;
  const notBegun = Math.max(0, current - snapshot.statusReplicas) + waiting;
  const to = Math.max(wanted, current - idleLongEnough - notBegun);
  const reason = to < current ? 'idle-extra' : 'idle-delay';
  return { ...plain(to, reason), nextCheckAtMs: to > wanted ? nextEndMs : null };
}

function plain(to: number, reason: DecisionReason): InstantTarget {
  return { to, reason, queued: 0, nextCheckAtMs: null, cooldownEndsAtMs: null };
}

function earliest(a: number | null, b: number): number {
  return a === null ? b : Math.min(a, b);
}
