import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../../../contract/app-error.ts';
import type { ReplicaAddress } from '../../../contract/load.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { LaunchSpec } from '../../manifests/target-spec.ts';
import type { Guardian } from '../guardian.ts';
import { planReplicas } from '../plan-replicas.ts';
import { createRestartBackoff } from '../restart-backoff.ts';
import type { ScaleTarget } from '../scale-target.ts';
import { createStartSlots, type StartSlots } from '../start-slots.ts';
import { describeEnd } from './process/describe-end.ts';
import { findFreePort } from './process/free-port.ts';
import { launchCommand } from './process/launch-command.ts';
import { connectProbe } from './process/readiness.ts';
import { startReplicaProcess, type ProcessEnd } from './process/replica-process.ts';
import { createRecord, noAddress, statusOf, type ReplicaRecord } from './process/replica-record.ts';
import { createSocketFolder } from './process/socket-folder.ts';

export interface ProcessTargetOptions {
  readonly launch: LaunchSpec;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly guardian: Guardian;
  /**
   * Resolves when a replica has no request left; the gateway's part of stopping. Its signal aborts when the replica is
   * wanted after all, or when its time is up.
   */
  readonly drain: (replicaId: string, signal: AbortSignal) => Promise<void>;
  /** Shared by all targets of a machine. @defaultValue as many as the machine has cores */
  readonly startSlots?: StartSlots;
  /** Program and first arguments that stand for `sluice` in Sluice's own replica. @defaultValue `sluice` from PATH */
  readonly sluiceCommand?: readonly string[];
  /** What replicas inherit. @defaultValue the environment of this process */
  readonly baseEnvironment?: Readonly<Record<string, string | undefined>>;
  /** A replica that is not ready after this long is killed and started again. @defaultValue 120 000 */
  readonly startTimeoutMs?: number;
  /** Each line a replica writes, at most 4096 characters. @defaultValue an event `replica-output` in the log */
  readonly onOutput?: (replicaId: string, stream: 'stdout' | 'stderr', line: string) => void;
}

/** Between SIGTERM and SIGKILL there is always this much, even when draining took the whole grace period. */
const minTermMs = 500;

/** Replicas are processes on this machine, each the leader of its own group. */
export function createProcessTarget(options: ProcessTargetOptions): ScaleTarget {
  const { clock, guardian, launch } = options;
  const logger = options.logger.child({ target: launch.name });
  const slots = options.startSlots ?? createStartSlots(availableParallelism());
  const backoff = createRestartBackoff();
  const sockets = launch.listens === 'socket' ? createSocketFolder(guardian) : null;
  const replicas: ReplicaRecord[] = [];
  const listeners = new Set<() => void>();
  let desired = 0;
  let cancelPump: (() => void) | null = null;
  let onAllGone: (() => void) | null = null;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const forget = (replica: ReplicaRecord): void => {
    const index = replicas.indexOf(replica);
    if (index >= 0) replicas.splice(index, 1);
    if (replicas.length === 0) onAllGone?.();
  };

  /** Starts waiting replicas, as slots and the back-off allow. */
  const pump = (): void => {
    cancelPump?.();
    cancelPump = null;
    const waiting = replicas.filter(({ phase }) => phase === 'waiting');
    if (waiting.length === 0) return;
    const delayMs = backoff.notBeforeMs - clock.now();
    if (delayMs > 0) {
      cancelPump = clock.schedule(delayMs, pump);
      return;
    }
    for (const replica of waiting) {
      if (!slots.take()) return;
      let isOver = false;
      replica.startOver = () => {
        if (isOver) return;
        isOver = true;
        slots.give();
      };
      replica.phase = 'launching';
      replica.state = 'starting';
      void launchReplica(replica);
    }
  };

  const launchReplica = async (replica: ReplicaRecord): Promise<void> => {
    try {
      const address: ReplicaAddress = sockets
        ? { kind: 'unix', path: join(await sockets.path(), `${replica.id}-${replica.restarts}.sock`) }
        : { kind: 'tcp', host: '127.0.0.1', port: await findFreePort() };
      // It may have been given up while its address was made.
      if (replica.phase === 'launching') startProcess(replica, address);
    } catch (error) {
      onEnd(replica, { code: null, signal: null, startError: AppError.from(error), stderr: [] });
    }
  };

  const startProcess = (replica: ReplicaRecord, address: ReplicaAddress): void => {
    const command = launchCommand(launch, {
      replicaId: replica.id,
      address,
      baseEnvironment: options.baseEnvironment ?? process.env,
      sluiceCommand: options.sluiceCommand ?? null,
    });
    replica.address = address;
    replica.startedAtMs = clock.now();
    replica.readyAtMs = null;
    replica.phase = 'running';
    const { startOver } = replica;
    const started = startReplicaProcess({
      command,
      address,
      probe: launch.readinessProbe ?? connectProbe,
      clock,
      guardian,
      onLine: (stream, line) => {
        if (options.onOutput) options.onOutput(replica.id, stream, line);
        else logger.info({ event: 'replica-output', replica: replica.id, stream, line });
      },
      onReady: (ready) => onReady(replica, ready),
      liveness: launch.livenessProbe
        ? {
            probe: launch.livenessProbe,
            isWanted: () => replica.phase === 'running',
            onFailed: (reason) => condemn(replica, reason),
          }
        : null,
      onEnd: (end) => onEnd(replica, end),
    });
    replica.process = started;
    const cancelTimeout = clock.schedule(options.startTimeoutMs ?? 120_000, () => {
      logger.warn({ event: 'replica-start-timed-out', replica: replica.id });
      started.terminate(minTermMs);
    });
    replica.startOver = () => {
      cancelTimeout();
      startOver?.();
    };
    logger.info({ event: 'replica-started', replica: replica.id, pid: started.pid });
    changed();
  };

  const onReady = (replica: ReplicaRecord, ready: boolean): void => {
    if (ready) {
      replica.startOver?.();
      replica.startOver = null;
      replica.readyAtMs ??= clock.now();
      backoff.succeeded();
    }
    if (replica.phase !== 'running') return;
    replica.state = ready ? 'ready' : 'starting';
    const tookMs = clock.now() - replica.wantedAtMs;
    logger.info({ event: ready ? 'replica-ready' : 'replica-unready', replica: replica.id, tookMs });
    changed();
    pump();
  };

  /** It hangs: it is ended, and then started again as after a crash. */
  const condemn = (replica: ReplicaRecord, reason: string): void => {
    replica.condemned = reason;
    replica.state = 'starting';
    logger.warn({ event: 'replica-not-alive', replica: replica.id, reason });
    replica.process?.terminate(launch.terminationGracePeriodMs);
    changed();
  };

  const onEnd = (replica: ReplicaRecord, end: ProcessEnd): void => {
    replica.startOver?.();
    replica.startOver = null;
    replica.process = null;
    if (replica.phase === 'stopping' || replica.phase === 'draining') {
      replica.drain?.abort();
      logger.info({ event: 'replica-stopped', replica: replica.id, code: end.code, signal: end.signal });
      forget(replica);
      changed();
      return;
    }
    const readyForMs = replica.readyAtMs === null ? null : clock.now() - replica.readyAtMs;
    const delayMs = backoff.failed(readyForMs, clock.now());
    const message = describeEnd(launch, end, {
      wasReady: readyForMs !== null,
      condemned: replica.condemned,
      delayMs,
    });
    replica.condemned = null;
    replica.lastExit = {
      atMs: clock.now(),
      code: end.code,
      signal: end.signal,
      message,
      stderr: end.stderr,
    };
    logger.warn({ event: 'replica-exited', replica: replica.id, message, stderr: end.stderr, delayMs });
    replica.restarts += 1;
    replica.state = 'failed';
    replica.phase = 'waiting';
    replica.address = noAddress;
    replica.startedAtMs = null;
    replica.readyAtMs = null;
    changed();
    pump();
  };

  const stop = (replica: ReplicaRecord): void => {
    if (replica.phase === 'waiting' || replica.phase === 'launching') {
      replica.phase = 'stopping';
      replica.startOver?.();
      replica.startOver = null;
      forget(replica);
      return;
    }
    const wasReady = replica.state === 'ready';
    replica.state = 'draining';
    if (wasReady) void drainAndStop(replica);
    else terminate(replica, launch.terminationGracePeriodMs);
  };

  const terminate = (replica: ReplicaRecord, graceMs: number): void => {
    replica.phase = 'stopping';
    replica.process?.terminate(graceMs);
  };

  const drainAndStop = async (replica: ReplicaRecord): Promise<void> => {
    const graceMs = launch.terminationGracePeriodMs;
    const untilMs = clock.now() + graceMs;
    const controller = new AbortController();
    replica.phase = 'draining';
    replica.drain = controller;
    const cancel = clock.schedule(graceMs, () => controller.abort());
    try {
      await Promise.race([
        options.drain(replica.id, controller.signal),
        new Promise((resolve) => controller.signal.addEventListener('abort', resolve, { once: true })),
      ]);
    } catch (error) {
      if (!controller.signal.aborted)
        logger.warn({ event: 'replica-drain-failed', replica: replica.id, error });
    } finally {
      cancel();
    }
    // Taken back, or gone by itself, or drained a second time by then.
    if (replica.drain !== controller || replica.phase !== 'draining') return;
    replica.drain = null;
    const restMs = graceMs === 0 ? 0 : Math.max(minTermMs, untilMs - clock.now());
    terminate(replica, restMs);
  };

  const revive = (replica: ReplicaRecord): void => {
    const controller = replica.drain;
    replica.drain = null;
    replica.phase = 'running';
    replica.state = 'ready';
    controller?.abort();
    logger.info({ event: 'replica-revived', replica: replica.id });
  };

  const stopListening = slots.onFree(() => pump());

  const scaleTo = (count: number, victims: readonly string[]): void => {
    const plan = planReplicas(
      replicas.map(({ id, phase, state }) => ({ id, state, revivable: phase === 'draining' })),
      count,
      victims,
    );
    const before = desired;
    desired = count;
    const byId = new Map(replicas.map((replica) => [replica.id, replica]));
    for (const id of plan.revive) revive(byId.get(id) ?? missing(id));
    for (const id of plan.stop) stop(byId.get(id) ?? missing(id));
    for (let index = 0; index < plan.start; index += 1) replicas.push(createRecord(launch.name, clock.now()));
    if (before === count && plan.start + plan.stop.length + plan.revive.length === 0) return;
    changed();
    pump();
  };

  return {
    name: launch.name,
    get desired() {
      return desired;
    },
    replicas: () => replicas.map((replica) => statusOf(replica, launch)),
    scaleTo,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [Symbol.asyncDispose]: async () => {
      const gone = new Promise<void>((resolve) => {
        onAllGone = resolve;
      });
      scaleTo(0, []);
      if (replicas.length > 0) await gone;
      stopListening();
      cancelPump?.();
      await sockets?.remove();
    },
  };
}

function missing(id: string): never {
  throw new AppError('internal', `The plan names a replica ${id} that does not exist.`);
}
