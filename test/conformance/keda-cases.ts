import type { MetricHealth } from '../../src/autoscaler/decision/decision-state.ts';
import { evaluateFormula } from '../../src/autoscaler/decision/formula/evaluate-formula.ts';
import { pairTriggerAndMetric } from '../../src/autoscaler/decision/formula/pair-trigger.ts';
import { compositeValue } from '../../src/autoscaler/decision/keda/composite.ts';
import { fallbackAnswer, isFallingBack, nextHealth } from '../../src/autoscaler/decision/keda/fallback.ts';
import { pauseAnnotations } from '../../src/autoscaler/decision/keda/pause-annotations.ts';
import { requestScale } from '../../src/autoscaler/decision/keda/request-scale.ts';
import type { MetricTarget } from '../../src/autoscaler/decision/load-snapshot.ts';
import type { FallbackPolicy, FormulaPolicy } from '../../src/autoscaler/decision/scale-policy.ts';
import type { Case, Fields } from './case.ts';
import { ago, nowMs } from './case.ts';

// Each function answers one case in the words of its file.

export function executor(item: Case): unknown {
  const input = item.input ?? {};
  const spec: Fields = input['spec'] ?? {};
  const { pause } = pauseAnnotations(input['annotations'] ?? {});
  const sinceActive: number | null = input['secondsSinceLastActive'] ?? null;
  const outcome = requestScale(
    {
      current: input['currentReplicas'],
      isActive: input['isActive'],
      isError: input['isError'],
      lastActiveMs: sinceActive === null ? null : ago(sinceActive),
      createdAtMs: ago(input['secondsSinceCreation'] ?? 1),
    },
    {
      minReplicas: spec['minReplicaCount'] ?? 0,
      idleReplicas: spec['idleReplicaCount'] ?? null,
      cooldownMs: (spec['cooldownPeriod'] ?? 300) * 1000,
      initialCooldownMs: (spec['initialCooldownPeriod'] ?? 0) * 1000,
      fallback: spec['fallback'] === undefined ? null : fallbackPolicy(spec['fallback']),
      pause,
    },
    nowMs,
  );
  const condition = (type: string) => outcome.conditions.findLast((other) => other.type === type);
  const ready = condition('Ready');
  return {
    replicas: outcome.replicas,
    active: condition('Active')?.status === 'True',
    lastActiveTimeRefreshed: outcome.refreshesActivity,
    ready: ready === undefined ? null : [ready.status, ready.reason],
  };
}

export function fallback(item: Case): unknown {
  const input = item.input ?? {};
  const modifiers: Fields | undefined = input['scalingModifiers'];
  const formulaPolicy: FormulaPolicy | null =
    modifiers === undefined
      ? null
      : {
          formula: modifiers['formula'] ?? '',
          target: String(modifiers['target']),
          activationTarget: 0,
          metricType: modifiers['metricType'] ?? 'AverageValue',
        };
  const context = {
    fallback: fallbackPolicy(input['fallback']),
    formula: formulaPolicy,
    specReplicas: input['currentReplicas'] ?? null,
    readyReplicas: input['readyReplicas'] ?? input['readyPods'] ?? input['readyPodCount'] ?? 0,
  };
  const before: MetricHealth | undefined = input['health'] ?? undefined;
  const failed = input['scaler']['error'] === true;
  const health = nextHealth(before, failed, context);
  const target: MetricTarget = { kind: input['metricType'], value: input['target'] };
  const answer = failed
    ? fallbackAnswer('failed', health?.numberOfFailures ?? 0, target, context)
    : { kind: 'value' as const, value: input['scaler']['value'] as number };
  const all: Record<string, MetricHealth> = {};
  if (health !== undefined) all['metric'] = health;
  if (input['otherMetric'] !== undefined) all['other'] = input['otherMetric'];
  return {
    error: answer.kind === 'error',
    value: answer.kind === 'value' || answer.kind === 'fallback' ? answer.value : null,
    health: health ?? null,
    fallbackCondition: isFallingBack(all, context.fallback, formulaPolicy),
  };
}

function fallbackPolicy(fields: Fields | null): FallbackPolicy | null {
  if (fields === null) return null;
  return {
    failureThreshold: fields['failureThreshold'],
    replicas: fields['replicas'],
    behavior: fields['behavior'] || 'static',
  };
}

export function formula(item: Case): unknown {
  const input = item.input ?? {};
  switch (item.kind) {
    case 'triggerValue':
      return triggerValue(input);
    case 'pair': {
      const pairs = pairTriggerAndMetric(
        input['pairs'] ?? {},
        input['formula'] ?? '',
        input['metric'],
        input['trigger'],
      );
      return { error: pairs === null, pair: pairs ?? {} };
    }
    case 'evaluate':
      return evaluate(input);
    default:
      throw new Error(`unknown kind ${item.kind}`);
  }
}

/** What enters a formula: nil once the failures exceed the threshold, where there is a fallback at all. */
function triggerValue(input: Fields): unknown {
  const threshold: number | null = input['fallbackThreshold'] ?? null;
  const answer = fallbackAnswer(
    'failed',
    input['failures'] ?? 0,
    { kind: 'AverageValue', value: 1 },
    {
      fallback:
        threshold === null
          ? null
          : { failureThreshold: threshold, replicas: 1, behavior: 'scalingModifiers' },
      formula: null,
      specReplicas: null,
      readyReplicas: 0,
    },
  );
  return { value: answer.kind === 'nil' ? null : input['metricValue'] };
}

function evaluate(input: Fields): unknown {
  const fallbackFields: Fields | undefined = input['fallback'];
  if (fallbackFields === undefined) {
    const result = evaluateFormula(input['formula'], input['values']);
    return {
      error: result.kind === 'error' || result.kind === 'nil',
      value: result.kind === 'value' ? result.value : null,
    };
  }
  const policy: FormulaPolicy = {
    formula: input['formula'],
    target: String(input['target']),
    activationTarget: 0,
    metricType: 'AverageValue',
  };
  const values: Readonly<Record<string, number | null>> = input['values'];
  const answers = Object.entries(values).map(([name, value], index) => ({
    reading: {
      index,
      name,
      metricName: `s${index}-${name}`,
      type: 'test',
      value,
      active: true,
      target: { kind: 'AverageValue' as const, value: 1 },
      activationThreshold: 0,
      error: null,
      isResource: false,
    },
    answer: value === null ? { kind: 'nil' as const } : { kind: 'value' as const, value },
  }));
  const result = compositeValue(answers, policy, fallbackPolicy(fallbackFields));
  return { error: result.kind === 'error', value: result.kind === 'value' ? result.value : null };
}
