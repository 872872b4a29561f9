import type { Clock } from '../../../platform/clock.ts';
import { planReplicas } from '../plan-replicas.ts';
import { createRestartBackoff } from '../restart-backoff.ts';
import type { ReplicaExit, ReplicaStatus, ScaleTarget } from '../scale-target.ts';

export interface MemoryTargetOptions {
  readonly name: string;
  readonly clock: Clock;
  /** From the wish to the passing readiness probe. @defaultValue 0 */
  readonly startMs?: number;
  /** From the end of draining to gone. @defaultValue 0 */
  readonly stopMs?: number;
  /** @defaultValue 1 */
  readonly slots?: number;
  /** @defaultValue resolves at once */
  readonly drain?: (replicaId: string, signal: AbortSignal) => Promise<void>;
}

/** Replicas that exist only as records: for tests, dry runs and the simulator. */
export interface MemoryTarget extends ScaleTarget {
  /** A replica's process ends by itself. */
  crash(replicaId: string): void;
  /** From now on starts fail, or succeed again. */
  failStarts(fail: boolean): void;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
interface Replica extends Mutable<ReplicaStatus> {
  drain: AbortController | null;
  /** Cancels what its clock would do next. */
  cancel: () => void;
}

export function createMemoryTarget(options: MemoryTargetOptions): MemoryTarget {
  const { clock, name, slots = 1, startMs = 0, stopMs = 0 } = options;
  const backoff = createRestartBackoff();
  const listeners = new Set<() => void>();
  const replicas: Replica[] = [];
  let desired = 0;
  let count = 0;
  let startsFail = false;
  let onAllGone: (() => void) | null = null;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const forget = (replica: Replica): void => {
    replica.cancel();
    const index = replicas.indexOf(replica);
    if (index >= 0) replicas.splice(index, 1);
    if (replicas.length === 0) onAllGone?.();
  };

  const begin = (replica: Replica): void => {
    replica.state = 'starting';
    replica.startedAtMs = clock.now();
    replica.cancel = clock.schedule(startMs, () => {
      if (startsFail) {
        fail(replica, 'exited before it was ready');
        return;
      }
      replica.state = 'ready';
      replica.readyAtMs = clock.now();
      backoff.succeeded();
      changed();
    });
  };

  const fail = (replica: Replica, how: string): void => {
    replica.cancel();
    const readyForMs = replica.readyAtMs === null ? null : clock.now() - replica.readyAtMs;
    const delayMs = backoff.failed(readyForMs, clock.now());
    const exit: ReplicaExit = { atMs: clock.now(), code: 1, signal: null, message: how, stderr: [] };
    Object.assign(replica, { state: 'failed', lastExit: exit, startedAtMs: null, readyAtMs: null });
    replica.restarts += 1;
    replica.cancel = clock.schedule(delayMs, () => {
      begin(replica);
      changed();
    });
    changed();
  };

  const stop = async (replica: Replica): Promise<void> => {
    if (replica.state !== 'ready') {
      forget(replica);
      return;
    }
    const controller = new AbortController();
    replica.state = 'draining';
    replica.drain = controller;
    try {
      await options.drain?.(replica.id, controller.signal);
    } catch {
      // Aborted: taken back.
    }
    if (replica.drain !== controller) return;
    replica.drain = null;
    replica.cancel = clock.schedule(stopMs, () => {
      forget(replica);
      changed();
    });
  };

  const scaleTo = (wanted: number, victims: readonly string[]): void => {
    const planned = replicas.map(({ drain, id, state }) => ({ id, state, revivable: drain !== null }));
    const plan = planReplicas(planned, wanted, victims);
    const isSame = desired === wanted && plan.start + plan.stop.length + plan.revive.length === 0;
    desired = wanted;
    for (const replica of replicas.filter(({ id }) => plan.stop.includes(id))) void stop(replica);
    for (const replica of replicas) {
      if (!plan.revive.includes(replica.id)) continue;
      replica.drain?.abort();
      replica.drain = null;
      replica.state = 'ready';
    }
    for (let index = 0; index < plan.start; index += 1) {
      count += 1;
      const replica: Replica = {
        id: `${name}-${count}`,
        target: name,
        address: { kind: 'tcp', host: '127.0.0.1', port: count },
        state: 'starting',
        slots,
        pid: null,
        wantedAtMs: clock.now(),
        startedAtMs: null,
        readyAtMs: null,
        restarts: 0,
        lastExit: null,
        drain: null,
        cancel: () => {},
      };
      replicas.push(replica);
      begin(replica);
    }
    if (!isSame) changed();
  };

  return {
    name,
    get desired() {
      return desired;
    },
    replicas: () => replicas.map(({ drain: _drain, cancel: _cancel, ...status }) => status),
    scaleTo,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    crash: (replicaId) => {
      const replica = replicas.find(({ id }) => id === replicaId);
      if (replica) fail(replica, 'was made to crash');
    },
    failStarts: (fail) => {
      startsFail = fail;
    },
    [Symbol.asyncDispose]: async () => {
      const gone = new Promise<void>((resolve) => {
        onAllGone = resolve;
      });
      scaleTo(0, []);
      if (replicas.length > 0) await gone;
    },
  };
}
