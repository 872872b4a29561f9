import { flushCompileCache } from 'node:module';
import { AppError } from '../contract/app-error.ts';
import { systemClock } from '../platform/clock.ts';
import { loadConfig } from '../platform/config.ts';
import { serveHttp, type HttpServer, type ListenOptions } from '../platform/http-server.ts';
import { createLogger } from '../platform/logger.ts';
import { createReplicaHandler } from './http.ts';
import { openReplica } from './open-replica.ts';

/** How long answers under way may take to end once the replica was told to stop. */
const drainMs = 25_000;

function listenOptions(env: NodeJS.ProcessEnv): ListenOptions {
  const socket = env['SLUICE_SOCKET'];
  if (socket) return { path: socket };
  const port = Number(env['PORT'] ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new AppError('invalid-argument', `PORT: expected 0 to 65535, received ${env['PORT']}.`, {
      param: 'PORT',
    });
  return { host: env['HOST'] ?? '127.0.0.1', port };
}

/** A replica from start to stop: configuration -> stores -> listener -> ready; then on SIGTERM: not ready -> drain -> close. */
export async function runReplica(): Promise<void> {
  performance.mark('loaded');
  const write = (line: string): void => void process.stderr.write(line);
  const clock = systemClock;
  const replicaId = process.env['SLUICE_REPLICA_ID'] ?? `replica-${process.pid}`;
  let reason: string | null = 'starting';
  let server: HttpServer;
  try {
    const config = await loadConfig({ env: process.env });
    performance.mark('configured');
    const logger = createLogger(
      { level: config.logLevel, write, now: () => clock.now() },
      { process: 'replica', replica: replicaId },
    );
    const replica = await openReplica({
      config,
      env: process.env,
      clock,
      logger,
      replicaId,
      notReady: () => reason,
    });
    performance.mark('opened');
    server = await serveHttp(listenOptions(process.env), createReplicaHandler(replica.services));
    reason = null;
    performance.mark('ready');
    logger.info({ event: 'replica-ready', pid: process.pid, address: server.address, ...stages() });

    let stopping = false;
    const stop = async (signal: NodeJS.Signals): Promise<void> => {
      if (stopping) process.exit(1);
      stopping = true;
      reason = 'stopping';
      logger.info({ event: 'replica-stopping', signal });
      await server.close(drainMs);
      await replica[Symbol.asyncDispose]();
      flushCompileCache();
      logger.info({ event: 'replica-stopped' });
      process.exit(0);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  } catch (thrown) {
    const error = AppError.from(thrown);
    write(`sluice replica: ${error.message}\n`);
    if (error.code === 'internal' && error.cause instanceof Error) write(`${error.cause.stack}\n`);
    process.exitCode = 1;
  }
}

/** Milliseconds from the start of the process to each mark. */
function stages(): Record<string, number> {
  const names = ['entry', 'loaded', 'configured', 'opened', 'ready'];
  return Object.fromEntries(
    names.map((name) => [
      `${name}Ms`,
      Math.round((performance.getEntriesByName(name)[0]?.startTime ?? 0) * 10) / 10,
    ]),
  );
}
