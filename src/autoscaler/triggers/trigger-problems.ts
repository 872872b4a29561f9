import { AppError } from '../../contract/app-error.ts';
import type { TriggerSpec } from '../manifests/scaled-object.ts';
import type { TriggerDependencies } from './trigger.ts';

/** Everything that is wrong with a trigger, as one error. Each problem begins with its parameter's name. */
export function triggerProblems(
  spec: TriggerSpec,
  { index, target }: Pick<TriggerDependencies, 'index' | 'target'>,
  problems: readonly string[],
): AppError {
  const path = `spec.triggers[${index}]`;
  return new AppError(
    'invalid-argument',
    `Trigger ${index} (${spec.type}) of ${target} cannot be used: ${problems.join('; ')}. Correct ${path} or the TriggerAuthentication that it names.`,
    { param: path, details: { problems } },
  );
}
