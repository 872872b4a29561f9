import { AppError } from '../../../../contract/app-error.ts';
import type { TriggerSpec } from '../../../manifests/scaled-object.ts';
import type { TriggerDependencies } from '../../trigger.ts';
import type { AwsCredentials } from './sign-aws.ts';

/**
 * A key from the authentication or the container's environment; the operator's own where the manifest says so.
 *
 * @throws AppError `unsupported` for roles, which only a pod of a cluster can take on.
 */
export function awsCredentials(
  spec: TriggerSpec,
  { authParams, index, resolvedEnv, target }: TriggerDependencies,
): AwsCredentials {
  if (authParams['awsRoleArn']) {
    throw new AppError(
      'unsupported',
      `Trigger ${index} (${spec.type}) of ${target}: awsRoleArn is taken on by a pod of a cluster. Give awsAccessKeyID and awsSecretAccessKey here.`,
    );
  }
  const isOperator = spec.metadata['identityOwner'] === 'operator';
  const find = (variable: string, ...names: readonly string[]): string => {
    if (isOperator) return process.env[variable] ?? '';
    for (const name of names) {
      const from = spec.metadata[`${name}FromEnv`] ?? spec.metadata[name] ?? '';
      const value = authParams[name] || resolvedEnv[from];
      if (value) return value;
    }
    return '';
  };
  return {
    accessKeyId: find('AWS_ACCESS_KEY_ID', 'awsAccessKeyID', 'awsAccessKeyId'),
    secretAccessKey: find('AWS_SECRET_ACCESS_KEY', 'awsSecretAccessKey'),
    sessionToken: find('AWS_SESSION_TOKEN', 'awsSessionToken'),
  };
}
