import type { SluiceConfig } from '../contract/config.ts';
import { configKeys } from './config.ts';

/**
 * A configuration as the variables that `loadConfig` reads it back from: how `sluice up` hands its own to replicas and
 * workers. Keys at their default are left out.
 */
export function configEnvironment(config: SluiceConfig): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { path, variable, schema } of configKeys()) {
    const value = path.reduce<unknown>(
      (tree, key) => (typeof tree === 'object' && tree !== null ? Reflect.get(tree, key) : undefined),
      config,
    );
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const usual = schema.safeParse(undefined);
    if (usual.success && JSON.stringify(usual.data) === JSON.stringify(value)) continue;
    env[variable] = text;
  }
  return env;
}
