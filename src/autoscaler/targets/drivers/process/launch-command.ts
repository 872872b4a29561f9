import type { ReplicaAddress } from '../../../../contract/load.ts';
import { expandPort, expandVariables } from '../../../manifests/expand-variables.ts';
import type { LaunchSpec } from '../../../manifests/target-spec.ts';
import { launchEnvironment } from './launch-environment.ts';

/** What one process is started with. */
export interface LaunchCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Undefined: where we run. */
  readonly workingDir: string | undefined;
}

export interface LaunchGiven {
  readonly replicaId: string;
  readonly address: ReplicaAddress;
  /** What the process inherits; the Deployment's variables win over it. */
  readonly baseEnvironment: Readonly<Record<string, string | undefined>>;
  /** Program and first arguments that stand for `sluice` in Sluice's own replica. */
  readonly sluiceCommand: readonly string[] | null;
}

/**
 * Command and environment of one replica. Ours and above the Deployment's of the same name: `PORT` (or `SLUICE_SOCKET`
 * for Sluice's own replica) and `SLUICE_REPLICA_ID`.
 */
export function launchCommand(launch: LaunchSpec, given: LaunchGiven): LaunchCommand {
  const { address, replicaId } = given;
  const ours = new Map<string, string>([['SLUICE_REPLICA_ID', replicaId]]);
  if (address.kind === 'tcp') ours.set('PORT', String(address.port));
  else ours.set('SLUICE_SOCKET', address.path);
  const { environment, variables, workingDir } = launchEnvironment(
    launch,
    replicaId,
    ours,
    given.baseEnvironment,
  );
  // Meant for a cluster, where no socket is given; a replica must not hear of both.
  if (address.kind === 'unix') delete environment['PORT'];
  const port = variables.get('PORT');
  const words = launch.command.map((word) => {
    const expanded = expandVariables(word, variables);
    return port === undefined ? expanded : expandPort(expanded, port);
  });
  const isOwn = launch.listens === 'socket' && given.sluiceCommand !== null;
  const [program = '', ...args] = isOwn ? [...(given.sluiceCommand ?? []), ...words.slice(1)] : words;
  return { program, args, environment, workingDir };
}
