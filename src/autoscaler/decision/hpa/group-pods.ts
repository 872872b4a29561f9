import type { PodSample } from '../load-snapshot.ts';

/** Which pods count how in a per-pod metric. Ids. */
export interface PodGroups {
  /** How many are measured and may be trusted. */
  readonly readyCount: number;
  readonly unready: readonly string[];
  readonly missing: readonly string[];
  readonly ignored: readonly string[];
}

/** The flags of the controller that say when a cpu sample is trusted. */
export interface ReadinessRules {
  readonly cpuInitializationPeriodMs: number;
  readonly initialReadinessDelayMs: number;
}

/**
 * Ignored: being stopped, or failed. Unready: not started yet; for cpu also still warming up. Missing: no sample.
 *
 * @param samples by pod id; ids that are no pod are not looked at.
 * @param resource null for metrics that are not cpu or memory: only cpu knows the warm-up rules.
 */
export function groupPods(
  pods: readonly PodSample[],
  samples: ReadonlyMap<string, number>,
  resource: 'cpu' | 'memory' | null,
  rules: ReadinessRules,
  nowMs: number,
): PodGroups {
  const unready: string[] = [];
  const missing: string[] = [];
  const ignored: string[] = [];
  let readyCount = 0;
  for (const pod of pods) {
    if (pod.deleting || pod.phase === 'Failed') ignored.push(pod.id);
    else if (pod.phase === 'Pending') unready.push(pod.id);
    else if (!samples.has(pod.id)) missing.push(pod.id);
    else if (resource === 'cpu' && isWarmingUp(pod, rules, nowMs)) unready.push(pod.id);
    else readyCount += 1;
  }
  return { readyCount, unready, missing, ignored };
}

function isWarmingUp(pod: PodSample, rules: ReadinessRules, nowMs: number): boolean {
  if (pod.startedAtMs === null || pod.readyChangedAtMs === null) return true;
  if (pod.startedAtMs + rules.cpuInitializationPeriodMs > nowMs) {
    // Young: its sample must have been taken wholly after it became ready.
    return !pod.ready || pod.sampledAtMs < pod.readyChangedAtMs + pod.sampleWindowMs;
  }
  // Old: only one that has never been ready is left out; one that lost readiness under load counts.
  return !pod.ready && pod.startedAtMs + rules.initialReadinessDelayMs > pod.readyChangedAtMs;
}
