import { remoteApi, localApi, type ApiClient } from './api-client.ts';
import { interruptSignal } from './interrupt.ts';
import { readConfig, type ConfigFlags } from './read-config.ts';

/** With `url` a running Sluice, else a replica inside this process over the data directory. */
export async function openApi(flags: ConfigFlags & { readonly url?: string }): Promise<ApiClient> {
  if (flags.url !== undefined) return remoteApi(flags.url);
  const config = await readConfig(flags, { logLevel: flags.logLevel ?? 'warn' });
  const { openReplica } = await import('../rag/open-replica.ts');
  return localApi(await openReplica(config), interruptSignal());
}
