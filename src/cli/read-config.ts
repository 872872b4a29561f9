import type { SluiceConfig } from '../contract/config.ts';
import { makeDataDir } from './make-data-dir.ts';
import { loadConfig } from '../platform/config.ts';

/** The flags that every command with a data directory takes. */
export interface ConfigFlags {
  readonly config?: string;
  readonly dataDir?: string;
  readonly logLevel?: string;
}

/**
 * The configuration of a command: file, environment, then these flags and those of the command itself. Its data
 * directory is there and can be written to.
 */
export async function readConfig(
  flags: ConfigFlags,
  more: Record<string, unknown> = {},
): Promise<SluiceConfig> {
  const { dataDir, logLevel } = flags;
  const config = await loadConfig({
    env: process.env,
    ...(flags.config === undefined ? {} : { file: flags.config }),
    flags: {
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(logLevel === undefined ? {} : { logLevel }),
      ...more,
    },
  });
  makeDataDir(config.dataDir);
  return config;
}
