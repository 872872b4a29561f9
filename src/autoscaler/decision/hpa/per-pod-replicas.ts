import type { PodSample } from '../load-snapshot.ts';
import type { ReadinessRules } from './group-pods.ts';
import { groupPods } from './group-pods.ts';
import type { ReplicaProposal } from './hpa-metric.ts';
import { pessimisticReplicas } from './pessimistic-replicas.ts';
import type { Tolerances } from './tolerance.ts';

/** What a per-pod calculation needs besides its metric. */
export interface PerPodInput {
  readonly currentReplicas: number;
  readonly pods: readonly PodSample[];
  readonly rules: ReadinessRules;
  readonly tolerances: Tolerances;
  readonly nowMs: number;
}

const noPods: ReplicaProposal = { kind: 'error', message: 'no replica exists to be measured' };
const noSamples: ReplicaProposal = {
  kind: 'error',
  message: 'no replica gave a sample that counts; they may not be ready yet',
};

/**
 * Plain per-pod values against an average: Pods metrics, and cpu or memory with an AverageValue target.
 * The average is divided as whole thousandths, as the controller does.
 *
 * @param resource null for Pods metrics, which know no cpu warm-up.
 */
export function plainReplicas(
  input: PerPodInput,
  allSamples: ReadonlyMap<string, number>,
  targetMilli: number,
  resource: 'cpu' | 'memory' | null,
): ReplicaProposal {
  if (input.pods.length === 0) return noPods;
  const groups = groupPods(input.pods, allSamples, resource, input.rules, input.nowMs);
  const samples = without(allSamples, [...groups.ignored, ...groups.unready]);
  if (samples.size === 0) return noSamples;
  const average = (of: ReadonlyMap<string, number>): number => Math.trunc(sum(of.values()) / of.size);
  const result = pessimisticReplicas(
    input.currentReplicas,
    samples,
    groups,
    { ratio: (of) => average(of) / targetMilli, assumedWhenMissing: () => targetMilli },
    input.tolerances,
  );
  if (result === null) return noSamples;
  return { kind: 'replicas', ...result, currentMilli: average(samples), utilizationPercent: null };
}

/**
 * cpu or memory as a percentage of what the pods requested. The percentage is cut to a whole number before it is
 * divided by the target, as the controller does: 89.9 % of a target of 90 counts as 89 / 90.
 *
 * @param requestsMilli per pod id; a pod of the list without one makes the metric fail.
 */
export function utilizationReplicas(
  input: PerPodInput,
  allSamples: ReadonlyMap<string, number>,
  requestsMilli: ReadonlyMap<string, number>,
  targetPercent: number,
  resource: 'cpu' | 'memory',
): ReplicaProposal {
  if (input.pods.length === 0) return noPods;
  const groups = groupPods(input.pods, allSamples, resource, input.rules, input.nowMs);
  const samples = without(allSamples, [...groups.ignored, ...groups.unready]);
  if (samples.size === 0) return noSamples;
  const unasked = input.pods.find((pod) => !requestsMilli.has(pod.id));
  if (unasked) {
    return { kind: 'error', message: `replica ${unasked.id} has no request for ${resource}` };
  }
  const percent = (of: ReadonlyMap<string, number>): number | null => {
    let used = 0;
    let requested = 0;
    for (const [id, value] of of) {
      const request = requestsMilli.get(id);
      if (request === undefined) continue;
      used += value;
      requested += request;
    }
    return requested === 0 ? null : Math.trunc((used * 100) / requested);
  };
  const fillPercent = Math.max(100, targetPercent);
  const result = pessimisticReplicas(
    input.currentReplicas,
    samples,
    groups,
    {
      ratio: (of) => {
        const now = percent(of);
        return now === null ? null : now / targetPercent;
      },
      assumedWhenMissing: (id) => Math.trunc(((requestsMilli.get(id) ?? 0) * fillPercent) / 100),
    },
    input.tolerances,
  );
  if (result === null) return noSamples;
  const counted = [...samples].filter(([id]) => requestsMilli.has(id)).map(([, value]) => value);
  return {
    kind: 'replicas',
    ...result,
    currentMilli: Math.trunc(sum(counted) / counted.length),
    utilizationPercent: percent(samples),
  };
}

function without(samples: ReadonlyMap<string, number>, ids: readonly string[]): ReadonlyMap<string, number> {
  const kept = new Map(samples);
  for (const id of ids) kept.delete(id);
  return kept;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
