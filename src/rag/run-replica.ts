import { flushCompileCache } from 'node:module';
import { AppError } from '../contract/app-error.ts';
import { systemClock } from '../platform/clock.ts';
import { handedConfig } from '../platform/handed-config.ts';
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
  const loadedMs = sinceStart();
  const write = (line: string): void => void process.stderr.write(line);
  const clock = systemClock;
  const replicaId = process.env['SLUICE_REPLICA_ID'] ?? `replica-${process.pid}`;
  let reason: string | null = 'starting';
  let server: HttpServer;
  try {
    const config =
      handedConfig(process.env, process.ppid) ??
      (await (await import('../platform/config.ts')).loadConfig({ env: process.env }));
    const configuredMs = sinceStart();
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
    const openedMs = sinceStart();
    server = await serveHttp(listenOptions(process.env), createReplicaHandler(replica.services));
    reason = null;
    const stages = { loadedMs, configuredMs, openedMs, readyMs: sinceStart() };
    logger.info({ event: 'replica-ready', pid: process.pid, address: server.address, ...stages });

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

/** Milliseconds since the process started. */
const sinceStart = (): number => Math.round(process.uptime() * 10_000) / 10;
