import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { remoteApi, localApi, type ApiClient } from './api-client.ts';
import { interruptSignal } from './interrupt.ts';
import { readConfig, type ConfigFlags } from './read-config.ts';

/** With `url` a running Sluice, else a replica inside this process over the data directory. */
export async function openApi(flags: ConfigFlags & { readonly url?: string }): Promise<ApiClient> {
  if (flags.url !== undefined) return remoteApi(flags.url);
  const config = await readConfig(flags, { logLevel: flags.logLevel ?? 'warn' });
  const [{ openReplica }, { createReplicaHandler }] = await Promise.all([
    import('../rag/open-replica.ts'),
    import('../rag/http.ts'),
  ]);
  const clock = systemClock;
  const logger = createLogger({
    level: config.logLevel,
    write: (line) => process.stderr.write(line),
    now: () => clock.now(),
  });
  const replica = await openReplica({
    // Who may read the files needs no key; one that is given says for whom they are read.
    config: process.env['SLUICE_API_KEY'] ? config : { ...config, apiKeys: [] },
    env: process.env,
    clock,
    logger,
    replicaId: `command-${process.pid}`,
    notReady: () => null,
  });
  return localApi(createReplicaHandler(replica.services), replica, interruptSignal());
}
