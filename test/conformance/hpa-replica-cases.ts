import type { DecisionState } from '../../src/autoscaler/decision/decision-state.ts';
import { createDecisionState } from '../../src/autoscaler/decision/decision-state.ts';
import type { HpaMetric } from '../../src/autoscaler/decision/hpa/hpa-metric.ts';
import { metricProposal } from '../../src/autoscaler/decision/hpa/metric-proposal.ts';
import { reconcile } from '../../src/autoscaler/decision/hpa/reconcile.ts';
import type { PodSample } from '../../src/autoscaler/decision/load-snapshot.ts';
import type { HpaBehavior } from '../../src/autoscaler/decision/scale-policy.ts';
import { defaultHpaPolicy } from '../../src/autoscaler/decision/scale-policy.ts';
import type { Case, Fields } from './case.ts';
import { ago, nowMs } from './case.ts';
import { recommendations, rulesOf } from './hpa-behavior-cases.ts';

// Each function answers one case in the words of its file.

export function hpaController(item: Case): unknown {
  const fields: Fields = { ...item };
  const current: number = fields['currentReplicas'];
  const reported: readonly number[] = fields['reportedMilli'] ?? [];
  const list: readonly Fields[] = fields['pods'] ?? [];
  const seconds: number = fields['cpuInitializationPeriodSeconds'] ?? 120;
  const pods = list.map((pod, index) => podOf(pod, seconds, reported[index] ?? null));
  const specs: readonly Fields[] = fields['metrics'];
  const metrics = specs.map((metric, index) => controllerMetric(metric, index, reported, pods));
  const behavior: HpaBehavior | null = fields['behavior'];
  const memory: readonly Fields[] | null = fields['recommendations'];
  const state: DecisionState['hpa'] = {
    ...createDecisionState(nowMs).hpa,
    recommendations: memory === null ? null : recommendations(memory),
  };
  const outcome = reconcile(
    {
      metrics,
      facts: {
        specReplicas: current,
        statusReplicas: fields['statusReplicas'] ?? current,
        readyReplicas: pods.filter(({ phase, ready }) => phase === 'Running' && ready).length,
        pods,
        rules: { cpuInitializationPeriodMs: seconds * 1000, initialReadinessDelayMs: 10_000 },
        tolerances: tolerances(fields),
      },
      minReplicas: fields['minReplicas'],
      maxReplicas: fields['maxReplicas'],
      behavior:
        behavior === null
          ? null
          : { scaleUp: rulesOf(behavior.scaleUp), scaleDown: rulesOf(behavior.scaleDown) },
      hpa: {
        ...defaultHpaPolicy,
        scaleUpLimitFactor: fields['scaleUpLimitFactor'],
        downscaleStabilizationMs: fields['downscaleStabilizationSeconds'] * 1000,
      },
    },
    state,
    nowMs,
  );
  const conditions = Object.fromEntries(
    outcome.conditions.map(({ type, status, reason }) => [type, { status, reason }]),
  );
  return { replicas: outcome.replicas, conditions };
}

function controllerMetric(
  metric: Fields,
  index: number,
  reported: readonly number[],
  pods: readonly PodSample[],
): HpaMetric {
  const name = `metric-${index}`;
  const error = metric['unavailable'] === true ? 'unavailable' : null;
  switch (metric['type']) {
    case 'Resource':
    case 'ContainerResource':
      return { ...resourceMetric(metric), name, error };
    case 'Pods':
      return {
        type: 'Pods',
        name,
        targetMilli: metric['targetMilli'],
        samplesMilli: byPod(reported, pods),
        error,
      };
    case 'Object':
    case 'External':
      return {
        type: metric['type'],
        name,
        targetKind: metric['targetType'],
        targetMilli: metric['targetMilli'],
        valueMilli: seriesSum(reported),
        error,
      };
    default:
      return { type: 'Unknown', name, error: `there is no source of type ${metric['type']}` };
  }
}

/** A pod's one container stands for all of them: every container of these fixtures uses and requests the same. */
function resourceMetric(metric: Fields): Extract<HpaMetric, { type: 'Resource' | 'ContainerResource' }> {
  const percent: unknown = metric['targetUtilizationPercent'];
  return {
    type: metric['type'],
    name: 'metric',
    resource: metric['resource'] ?? 'cpu',
    containerName: null,
    target:
      typeof percent === 'number'
        ? { kind: 'Utilization', percent }
        : { kind: 'AverageValue', milli: metric['targetMilli'] ?? metric['targetAverageMilli'] ?? 1 },
    error: null,
  };
}

/** All series of a metric are summed; none at all is no value. */
function seriesSum(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
}

function tolerances(fields: Fields): { readonly up: number; readonly down: number } {
  return { up: fields['tolerance']?.scaleUp ?? 0.1, down: fields['tolerance']?.scaleDown ?? 0.1 };
}

function byPod(values: readonly number[], pods: readonly PodSample[]): ReadonlyMap<string, number> {
  return new Map(values.map((value, index) => [pods[index]?.id ?? `stranger-${index}`, value]));
}

function podOf(pod: Fields, cpuInitializationSeconds: number, usageMilli: number | null): PodSample {
  const startedAtMs = ago(pod['startedSecondsAgo'] ?? 100_000);
  const request: number | null = pod['requestMilli'] ?? null;
  return {
    id: pod['name'],
    phase: pod['phase'],
    deleting: pod['deleting'],
    ready: pod['ready'],
    // Never changed since the start: unready ones have never been ready.
    readyChangedAtMs: startedAtMs,
    startedAtMs,
    containers: [
      {
        name: 'main',
        requestMilli: { cpu: request, memory: request },
        usageMilli: { cpu: usageMilli, memory: usageMilli },
      },
    ],
    sampledAtMs: nowMs,
    // A young pod's sample counts as taken before it was ready.
    sampleWindowMs: cpuInitializationSeconds * 1000,
  };
}

export function hpaReplicaCalculator(item: Case): unknown {
  const fields: Fields = { ...item };
  const metric: Fields = fields['metric'];
  const seconds: number = fields['cpuInitializationPeriodSeconds'] ?? 120;
  const values: Readonly<Record<string, number>> = metric['podValuesMilli'] ?? {};
  const list: readonly Fields[] = fields['pods'] ?? [];
  const pods = list.map((pod) => podOf(pod, seconds, values[pod['name']] ?? null));
  const proposal = metricProposal(
    calculatorMetric(metric, pods),
    {
      specReplicas: fields['currentReplicas'],
      statusReplicas: fields['statusReplicas'] ?? fields['currentReplicas'],
      readyReplicas: pods.filter(({ phase, ready }) => phase === 'Running' && ready).length,
      pods,
      rules: { cpuInitializationPeriodMs: seconds * 1000, initialReadinessDelayMs: 10_000 },
      tolerances: tolerances(fields),
    },
    nowMs,
  );
  if (proposal.kind === 'error') return { error: true };
  return {
    error: false,
    replicas: proposal.replicas,
    utilizationPercent: proposal.utilizationPercent,
    averageValueMilli: proposal.currentMilli,
    currentMilli: proposal.currentMilli,
  };
}

function calculatorMetric(metric: Fields, pods: readonly PodSample[]): HpaMetric {
  const type: string = metric['type'];
  const name = 'metric';
  const values: readonly number[] = metric['valuesMilli'] ?? [];
  const match = /^(Object|External)(Value|AverageValue)$/.exec(type);
  if (match !== null) {
    return {
      type: match[1] === 'Object' ? 'Object' : 'External',
      name,
      targetKind: match[2] === 'Value' ? 'Value' : 'AverageValue',
      targetMilli: metric['targetMilli'],
      valueMilli: seriesSum(values),
      error: null,
    };
  }
  if (!type.startsWith('Pods')) return resourceMetric(metric);
  const named: Readonly<Record<string, number>> | undefined = metric['podValuesMilli'];
  return {
    type: 'Pods',
    name,
    targetMilli: metric['targetMilli'],
    samplesMilli: named === undefined ? byPod(values, pods) : new Map(Object.entries(named)),
    error: null,
  };
}
