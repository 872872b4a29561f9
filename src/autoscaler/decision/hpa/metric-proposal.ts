import type { PodSample } from '../load-snapshot.ts';
import { averageValueReplicas, valueReplicas } from './external-replicas.ts';
import type { ReadinessRules } from './group-pods.ts';
import type { HpaMetric, ReplicaProposal } from './hpa-metric.ts';
import { plainReplicas, utilizationReplicas } from './per-pod-replicas.ts';
import { podResource } from './pod-resource.ts';
import type { Tolerances } from './tolerance.ts';

/** The scale target as the replica calculation sees it. */
export interface ReplicaFacts {
  readonly specReplicas: number;
  readonly statusReplicas: number;
  /** Running and Ready. */
  readonly readyReplicas: number;
  /** Needed for Pods, cpu and memory metrics. */
  readonly pods: readonly PodSample[];
  readonly rules: ReadinessRules;
  readonly tolerances: Tolerances;
}

/** How many replicas one metric asks for. */
export function metricProposal(metric: HpaMetric, facts: ReplicaFacts, nowMs: number): ReplicaProposal {
  if (metric.error !== null) return { kind: 'error', message: metric.error };
  const perPod = {
    currentReplicas: facts.specReplicas,
    pods: facts.pods,
    rules: facts.rules,
    tolerances: facts.tolerances,
    nowMs,
  };
  switch (metric.type) {
    case 'External':
    case 'Object': {
      const { valueMilli, targetMilli } = metric;
      if (valueMilli === null) return { kind: 'error', message: `${metric.name} has no value` };
      if (metric.targetKind === 'AverageValue') {
        return averageValueReplicas(valueMilli, targetMilli, facts.statusReplicas, facts.tolerances);
      }
      const pods = { total: facts.statusReplicas, ready: facts.readyReplicas };
      return valueReplicas(valueMilli, targetMilli, facts.specReplicas, pods, facts.tolerances);
    }
    case 'Pods':
      return plainReplicas(perPod, metric.samplesMilli, metric.targetMilli, null);
    case 'Resource':
    case 'ContainerResource': {
      const { usageMilli, requestsMilli } = podResource(facts.pods, metric.resource, metric.containerName);
      return metric.target.kind === 'AverageValue'
        ? plainReplicas(perPod, usageMilli, metric.target.milli, metric.resource)
        : utilizationReplicas(perPod, usageMilli, requestsMilli, metric.target.percent, metric.resource);
    }
    case 'Unknown':
      return { kind: 'error', message: metric.error };
    default:
      return metric satisfies never;
  }
}
