import { dirname, resolve } from 'node:path';
import { expandVariables } from '../../../manifests/expand-variables.ts';
import type { JobLaunch } from '../../../manifests/job-spec.ts';
import { expandEnvironment } from '../../../manifests/target-spec.ts';
import type { LaunchCommand } from '../process/launch-command.ts';

/** Command and environment of one job; `SLUICE_JOB_NAME` is its name. It inherits the machine's PATH, HOME and the like. */
export function jobCommand(
  launch: JobLaunch,
  name: string,
  baseEnvironment: Readonly<Record<string, string | undefined>>,
): LaunchCommand {
  const fields: Readonly<Record<string, string>> = {
    'metadata.name': name,
    'metadata.namespace': launch.namespace,
    'status.podIP': '127.0.0.1',
    'status.hostIP': '127.0.0.1',
    'spec.nodeName': 'localhost',
  };
  const variables = expandEnvironment(
    launch.environment,
    new Map([['SLUICE_JOB_NAME', name]]),
    (path) => fields[path] ?? '',
  );
  const environment: Record<string, string> = {};
  for (const [key, value] of Object.entries(baseEnvironment)) {
    if (value !== undefined) environment[key] = value;
  }
  Object.assign(environment, Object.fromEntries(variables));
  const [program = '', ...args] = launch.command.map((word) => expandVariables(word, variables));
  return {
    program,
    args,
    environment,
    workingDir:
      launch.workingDir === null ? undefined : resolve(dirname(launch.manifestFile), launch.workingDir),
  };
}
