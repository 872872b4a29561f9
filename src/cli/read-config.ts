import type { SluiceConfig } from '../contract/config.ts';
import { loadConfig } from '../platform/config.ts';

/** The flags that every command with a data directory takes. */
export interface ConfigFlags {
  readonly config?: string;
  readonly dataDir?: string;
  readonly logLevel?: string;
}

/** The configuration of a command: file, environment, then these flags and those of the command itself. */
export function readConfig(flags: ConfigFlags, more: Record<string, unknown> = {}): Promise<SluiceConfig> {
  const { dataDir, logLevel } = flags;
  return loadConfig({
    env: process.env,
    ...(flags.config === undefined ? {} : { file: flags.config }),
    flags: {
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(logLevel === undefined ? {} : { logLevel }),
      ...more,
    },
  });
}
