import type { TriggerSpec } from '../manifests/scaled-object.ts';
import { catalogueMetric, checkTrigger } from './catalogue/check-trigger.ts';
import type { TriggerValues } from './catalogue/trigger-values.ts';
import type { MetricReading, MetricSpec, Trigger, TriggerDependencies } from './trigger.ts';
import { metricTarget } from './trigger-parameters.ts';
import { triggerProblems } from './trigger-problems.ts';

/** What a driver begins with: parameters that the catalogue has checked, and the one metric they make. */
export interface CataloguedTrigger {
  readonly values: TriggerValues;
  readonly metric: MetricSpec;
  /** What the value must exceed, strictly. */
  readonly activationThreshold: number;
  /** The reading of a value: active when it exceeds the activation threshold, unless the driver knows better. */
  reading(value: number, active?: boolean): readonly MetricReading[];
}

/**
 * Reads a trigger's parameters by the catalogue; warnings and unknown keys go to the log.
 *
 * @throws AppError `invalid-argument` with every problem.
 */
export function cataloguedTrigger(spec: TriggerSpec, dependencies: TriggerDependencies): CataloguedTrigger {
  const { authParams, formulaInput, index, logger, namespace, podIdentity, resolvedEnv, target } =
    dependencies;
  const checked = checkTrigger(
    spec.type,
    { triggerMetadata: spec.metadata, authParams, resolvedEnv },
    { metricType: spec.metricType, formulaInput, podIdentity },
  );
  for (const warning of checked?.warnings ?? [])
    logger.warn({ event: 'trigger-parameter-deprecated', target, index, warning });
  if (checked && checked.unknownKeys.length > 0)
    logger.warn({ event: 'trigger-parameter-unknown', target, index, keys: checked.unknownKeys });
  const problems = checked?.problems ?? ['the catalogue does not know this type'];
  const metric = checked ? catalogueMetric(checked, index, namespace) : null;
  if (problems.length > 0 || !checked?.values || metric === null) {
    throw triggerProblems(spec, dependencies, problems);
  }
  const threshold = metric.activationThreshold ?? 0;
  return {
    values: checked.values,
    metric: {
      name: metric.name,
      target: metricTarget(spec, metric.target),
      activationThreshold: metric.activationThreshold,
    },
    activationThreshold: threshold,
    reading: (value, active = value > threshold) => [{ name: metric.name, value, active }],
  };
}

/** What a trigger holds: closed with it, and connected while it is built where it can be. */
export interface TriggerResource extends AsyncDisposable {
  connect?(signal: AbortSignal): Promise<void>;
}

/** A trigger with one metric and a value that is asked for. */
export function oneMetricTrigger(
  type: string,
  catalogued: CataloguedTrigger,
  ask: (
    nowMs: number,
    signal: AbortSignal,
  ) => Promise<number | { readonly value: number; readonly active: boolean }>,
  resource: TriggerResource | null = null,
): Trigger {
  return {
    type,
    metrics: () => [catalogued.metric],
    ...(resource?.connect ? { connect: (signal) => resource.connect?.(signal) ?? Promise.resolve() } : {}),
    read: async (nowMs, signal) => {
      const answer = await ask(nowMs, signal);
      return typeof answer === 'number'
        ? catalogued.reading(answer)
        : catalogued.reading(answer.value, answer.active);
    },
    [Symbol.asyncDispose]: async () => {
      await resource?.[Symbol.asyncDispose]();
    },
  };
}
