import type { AnsweredReading, ServedTriggers } from '../keda/evaluate-triggers.ts';
import type { LoadSnapshot, TriggerReading } from '../load-snapshot.ts';
import type { FormulaPolicy, ScalePolicy } from '../scale-policy.ts';
import type { HpaMetric } from './hpa-metric.ts';
import { servedMilli, truncatedMilli } from './quantity.ts';

/** Name of the one external metric that stands for all triggers under a formula. */
export const compositeMetricName = 'composite-metric';

/**
 * The metrics of the HPA that KEDA generates, in its order (by the names of their types), filled with what its metrics
 * server would answer now. The first one that fails gives the condition its reason.
 * With a formula one composite metric replaces all external ones; cpu and memory of a single container are then lost,
 * as they are in KEDA.
 */
export function hpaMetrics(
  snapshot: LoadSnapshot,
  policy: Pick<ScalePolicy, 'formula'>,
  triggers: ServedTriggers,
): readonly HpaMetric[] {
  const resources = snapshot.triggers.filter(({ isResource }) => isResource).map(resourceMetric);
  if (policy.formula !== null) {
    const whole = resources.filter(({ type }) => type === 'Resource');
    return [compositeMetric(policy.formula, triggers), ...whole];
  }
  const externals = triggers.answers.filter(({ reading }) => !reading.isResource).map(externalMetric);
  return [...externals, ...resources].toSorted((a, b) => (a.type < b.type ? -1 : a.type > b.type ? 1 : 0));
}

function externalMetric({ reading, answer }: AnsweredReading): HpaMetric {
  const hasValue = answer.kind === 'value' || answer.kind === 'fallback';
  return {
    type: 'External',
    name: reading.metricName,
    targetKind: reading.target.kind === 'Value' ? 'Value' : 'AverageValue',
    targetMilli: servedMilli(reading.target.value),
    valueMilli: hasValue ? servedMilli(answer.value) : null,
    error: answer.kind === 'error' ? answer.message : null,
  };
}

function compositeMetric(formula: FormulaPolicy, { composite }: ServedTriggers): HpaMetric {
  return {
    type: 'External',
    name: compositeMetricName,
    targetKind: formula.metricType,
    targetMilli: truncatedMilli(Number(formula.target)),
    valueMilli: composite?.kind === 'value' ? servedMilli(composite.value) : null,
    error: composite?.kind === 'error' ? composite.message : null,
  };
}

function resourceMetric(reading: TriggerReading): HpaMetric {
  const { kind, value } = reading.target;
  const containerName = reading.containerName ?? null;
  return {
    type: containerName === null ? 'Resource' : 'ContainerResource',
    name: reading.metricName,
    resource: reading.type === 'memory' ? 'memory' : 'cpu',
    containerName,
    target:
      kind === 'Utilization'
        ? { kind: 'Utilization', percent: Math.trunc(value) }
        : { kind: 'AverageValue', milli: servedMilli(value) },
    error: reading.error,
  };
}
