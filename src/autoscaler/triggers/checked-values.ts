import type { TriggerSpec } from '../manifests/scaled-object.ts';
import { checkTrigger } from './catalogue/check-trigger.ts';
import type { TriggerValues } from './catalogue/trigger-values.ts';
import { triggerProblems } from './trigger-problems.ts';
import type { TriggerDependencies } from './trigger.ts';

/**
 * Parameters by the catalogue, for triggers whose metrics are no plain table: cpu and memory, which the HPA reads by
 * itself, and external scalers, which say what they offer.
 *
 * @throws AppError `invalid-argument` with every problem.
 */
export function checkedValues(spec: TriggerSpec, dependencies: TriggerDependencies): TriggerValues {
  const { authParams, resolvedEnv } = dependencies;
  const checked = checkTrigger(
    spec.type,
    { triggerMetadata: spec.metadata, authParams, resolvedEnv },
    { metricType: spec.metricType },
  );
  const problems = checked?.problems ?? ['the catalogue does not know this type'];
  if (!checked?.values || problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  return checked.values;
}
