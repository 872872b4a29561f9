import type { SluiceConfig } from '../contract/config.ts';
import { configKeys, valueAt } from './config.ts';
import { handConfig, handedConfigVariable } from './handed-config.ts';

/**
 * A configuration as the variables that `loadConfig` reads it back from: how `sluice up` hands its own to replicas and
 * workers. Keys at their default are left out. Beside them stands the whole of it, for children to take as it is.
 *
 * @param inherited what the children's environment holds besides.
 */
export function configEnvironment(
  config: SluiceConfig,
  inherited: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { path, variable, schema } of configKeys()) {
    const value = valueAt(config, path);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const usual = schema.safeParse(undefined);
    if (usual.success && JSON.stringify(usual.data) === JSON.stringify(value)) continue;
    env[variable] = text;
  }
  return { ...env, [handedConfigVariable]: handConfig(config, { ...inherited, ...env }) };
}
