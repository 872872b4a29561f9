import { dirname, resolve } from 'node:path';
import { expandEnvironment, type LaunchSpec } from '../../../manifests/target-spec.ts';

/** What a process is started in, replica or job. */
export interface LaunchEnvironment {
  /** The manifest's variables and ours, for `$(NAME)`. */
  readonly variables: ReadonlyMap<string, string>;
  /** The variables over what is inherited. */
  readonly environment: Record<string, string>;
  /** Undefined: where we run. */
  readonly workingDir: string | undefined;
}

/**
 * A container inherits nothing from the machine; a process on it does, because programs here expect PATH, HOME and the
 * like.
 *
 * @param name of the pod, as a `fieldRef` gives it.
 * @param ours variables that win over the manifest's of the same name.
 * @param inherited what the process inherits; the manifest's variables win over it.
 */
export function launchEnvironment(
  launch: Pick<LaunchSpec, 'environment' | 'manifestFile' | 'namespace' | 'workingDir'>,
  name: string,
  ours: ReadonlyMap<string, string>,
  inherited: Readonly<Record<string, string | undefined>>,
): LaunchEnvironment {
  const fieldValues: Readonly<Record<string, string>> = {
    'metadata.name': name,
    'metadata.namespace': launch.namespace,
    'status.podIP': '127.0.0.1',
    'status.hostIP': '127.0.0.1',
    'spec.nodeName': 'localhost',
  };
  const variables = expandEnvironment(launch.environment, ours, (path) => fieldValues[path] ?? '');
  const environment: Record<string, string> = {};
  for (const [key, value] of Object.entries(inherited)) {
    if (value !== undefined) environment[key] = value;
  }
  Object.assign(environment, Object.fromEntries(variables));
  return {
    variables,
    environment,
    workingDir:
      launch.workingDir === null ? undefined : resolve(dirname(launch.manifestFile), launch.workingDir),
  };
}
