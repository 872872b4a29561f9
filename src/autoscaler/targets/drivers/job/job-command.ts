import { expandVariables } from '../../../manifests/expand-variables.ts';
import type { JobLaunch } from '../../../manifests/job-spec.ts';
import type { LaunchCommand } from '../process/launch-command.ts';
import { launchEnvironment } from '../process/launch-environment.ts';

/** Command and environment of one job; `SLUICE_JOB_NAME` is its name. */
export function jobCommand(
  launch: JobLaunch,
  name: string,
  baseEnvironment: Readonly<Record<string, string | undefined>>,
): LaunchCommand {
  const ours = new Map([['SLUICE_JOB_NAME', name]]);
  const { environment, variables, workingDir } = launchEnvironment(launch, name, ours, baseEnvironment);
  const [program = '', ...args] = launch.command.map((word) => expandVariables(word, variables));
  return { program, args, environment, workingDir };
}
