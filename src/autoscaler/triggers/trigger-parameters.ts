import { AppError } from '../../contract/app-error.ts';
import type { MetricTarget } from '../decision/load-snapshot.ts';
import type { TriggerSpec } from '../manifests/scaled-object.ts';
import { parseParameters, type ParameterTable, type ParameterValues } from './parameters.ts';
import { triggerProblems } from './trigger-problems.ts';
import type { TriggerDependencies } from './trigger.ts';

/** A trigger's parameters, with its problems as one error and its warnings in the log. */
export function readTriggerParameters<const Table extends ParameterTable>(
  table: Table,
  spec: TriggerSpec,
  dependencies: TriggerDependencies,
  /** Rules that a table cannot say. */
  check: (values: ParameterValues<Table>) => readonly string[] = () => [],
  /** Keys of older KEDA releases that still stand in many files and mean nothing any more. */
  ignoredKeys: readonly string[] = [],
): ParameterValues<Table> {
  const { logger, target, index } = dependencies;
  const parsed = parseParameters(table, {
    triggerMetadata: spec.metadata,
    authParams: dependencies.authParams,
    resolvedEnv: dependencies.resolvedEnv,
  });
  for (const warning of parsed.warnings)
    logger.warn({ event: 'trigger-parameter-deprecated', target, index, warning });
  const unknown = parsed.unknownKeys.filter((key) => !ignoredKeys.includes(key));
  if (unknown.length > 0) logger.warn({ event: 'trigger-parameter-unknown', target, index, keys: unknown });
  const problems = parsed.values ? check(parsed.values) : parsed.problems;
  if (!parsed.values || problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  return parsed.values;
}

/**
 * What the value is compared with: the same parameter serves AverageValue and Value.
 *
 * @throws AppError `invalid-argument` for Utilization, which only cpu and memory have.
 */
export function metricTarget(spec: TriggerSpec, value: number): MetricTarget {
  if (spec.metricType === 'Utilization') {
    throw new AppError(
      'invalid-argument',
      `A trigger of type ${spec.type}: expected metricType AverageValue or Value, received Utilization, which is for cpu and memory.`,
      { param: 'metricType' },
    );
  }
  return { kind: spec.metricType === 'Value' ? 'Value' : 'AverageValue', value };
}
