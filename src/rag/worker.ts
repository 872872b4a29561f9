import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../contract/app-error.ts';
import { localPrincipal } from '../contract/principal.ts';
import { systemClock } from '../platform/clock.ts';
import { loadConfig } from '../platform/config.ts';
import { createLogger } from '../platform/logger.ts';
import { createConfiguredEmbedder } from './embedding/configured-embedder.ts';
import { createSqliteIndex } from './index/drivers/sqlite.ts';
import { runWorker } from './ingestion/run-worker.ts';

/** An empty queue is watched this long: the next upload of a person then finds a warm worker. */
const idleMs = 3_000;

const write = (line: string): void => void process.stderr.write(line);
const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const)
  process.once(name, () => stop.abort(new AppError('cancelled', `The worker received ${name}.`)));

try {
  const { values } = parseArgs({
    args: process.argv.slice(2),
    strict: false,
    allowPositionals: true,
    options: { sync: { type: 'string', multiple: true } },
  });
  const sync = (values.sync ?? []).filter((folder) => typeof folder === 'string');
  const config = await loadConfig({ env: process.env });
  const logger = createLogger(
    { level: config.logLevel, write, now: () => systemClock.now() },
    { process: 'worker' },
  );
  await using embedder = await createConfiguredEmbedder(config.embedder, systemClock);
  await using index = createSqliteIndex({
    path: join(config.dataDir, 'knowledge.sqlite'),
    embedder: embedder?.name ?? null,
  });
  await runWorker({
    config,
    index,
    embedder,
    tenant: localPrincipal.tenant,
    clock: systemClock,
    logger,
    signal: stop.signal,
    sync,
    idleMs,
  });
  flushCompileCache();
} catch (thrown) {
  const error = AppError.from(thrown);
  write(`sluice worker: ${error.message}\n`);
  if (error.code === 'internal' && error.cause instanceof Error) write(`${error.cause.stack}\n`);
  process.exitCode = 1;
}
