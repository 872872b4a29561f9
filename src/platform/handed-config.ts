import type { SluiceConfig } from '../contract/config.ts';

/** The variable in which a `sluice up` hands its own children the configuration it has already checked. */
export const handedConfigVariable = 'SLUICE_HANDED_CONFIG';

type Environment = Readonly<Record<string, string | undefined>>;

interface HandedConfig {
  /** Process id of who checked it. */
  readonly parent: number;
  /** Every setting that stood in the environment then. */
  readonly variables: Readonly<Record<string, string>>;
  readonly config: SluiceConfig;
}

/** Variables that each child gets its own value of. */
const ofOneChild = new Set(['SLUICE_SOCKET', 'SLUICE_REPLICA_ID', handedConfigVariable]);

const settings = (env: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && entry[0].startsWith('SLUICE_') && !ofOneChild.has(entry[0]),
    ),
  );

/** @returns the value of {@link handedConfigVariable} for a child whose environment is `env`. */
export const handConfig = (config: SluiceConfig, env: Environment): string =>
  JSON.stringify({ parent: process.pid, variables: settings(env), config } satisfies HandedConfig);

/**
 * The configuration as the parent handed it, without the schema that checks one: building that costs a cold start 25 ms.
 *
 * @returns null where `loadConfig` has to be asked: nothing was handed, it comes from another process than the parent, or a
 *   setting was changed on the way, for example by the `env` of a Deployment.
 */
export function handedConfig(env: Environment, parent: number): SluiceConfig | null {
  const text = env[handedConfigVariable];
  if (text === undefined) return null;
  // Written by `handConfig` of the parent, which is the only one that is believed.
  const handed = JSON.parse(text) as HandedConfig;
  const unchanged = Object.entries(settings(env)).every(([name, value]) => handed.variables[name] === value);
  return handed.parent === parent && unchanged ? handed.config : null;
}
