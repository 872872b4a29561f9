import { AppError } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import {
  emptyHold,
  holdStep,
  nextDeadlineMs,
  type HoldEvent,
  type HoldPolicy,
  type RefuseReason,
} from './hold-core.ts';

/** Who gives the waiting their turn; the gateway's replica pool, or a fake. */
export interface SlotSource<Slot> {
  readonly acquire: (target: string) => Slot | null;
  readonly freeSlots: (target: string) => number;
}

export interface HoldRequest {
  readonly target: string;
  /** Body bytes it keeps in memory while it waits. */
  readonly bytes: number;
  /** Monotonic time of its arrival. */
  readonly sinceMs: number;
  /** Monotonic time at which it is refused; Infinity waits for ever. @defaultValue by the room's timeout */
  readonly deadlineMs?: number;
}

export interface WaitingRoom<Slot> {
  /** A slot at once, or null: then the request must wait. */
  readonly enter: (target: string) => Slot | null;
  /**
   * Resolves when it is this request's turn.
   *
   * @throws AppError `unavailable` at a bound or when the gateway stops, `deadline-exceeded` after the timeout (both with
   * `details.reason`), or the signal's reason when the client hangs up.
   */
  readonly wait: (request: HoldRequest, signal: AbortSignal) => Promise<Slot>;
  /** Hands free slots to the waiting; call whenever a slot may have become free. */
  readonly slotsFreed: (target: string) => void;
  readonly pending: (target: string) => number;
  /** Refuses everybody, now and from now on. */
  readonly close: () => void;
}

interface Waiting<Slot> {
  readonly request: HoldRequest;
  readonly resolve: (slot: Slot) => void;
  readonly reject: (error: unknown) => void;
}

export function createWaitingRoom<Slot>(
  slots: SlotSource<Slot>,
  policy: HoldPolicy,
  clock: Clock,
): WaitingRoom<Slot> {
  let state = emptyHold;
  let closed = false;
  let nextId = 1;
  const waiting = new Map<number, Waiting<Slot>>();
  let alarm: { readonly atMs: number; readonly cancel: () => void } | null = null;

  const take = (id: number): Waiting<Slot> | undefined => {
    const found = waiting.get(id);
    waiting.delete(id);
    return found;
  };

  const apply = (event: HoldEvent): void => {
    const step = holdStep(state, event, policy, clock.monotonic());
    state = step.state;
    for (const action of step.actions) {
      const held = take(action.id);
      if (!held) continue;
      const { request } = held;
      if (action.kind === 'refuse') {
        held.reject(refusal(action.reason, request, policy, clock.monotonic()));
        continue;
      }
      const slot = slots.acquire(request.target);
      if (slot === null) throw new Error(`${request.target} has fewer free slots than it said.`);
      held.resolve(slot);
    }
    setAlarm();
  };

  const setAlarm = (): void => {
    const atMs = nextDeadlineMs(state, policy);
    if (atMs === alarm?.atMs) return;
    alarm?.cancel();
    alarm = null;
    if (atMs === null) return;
    const ring = (): void => {
      alarm = null;
      apply({ type: 'tick' });
    };
    alarm = { atMs, cancel: clock.schedule(atMs - clock.monotonic(), ring) };
  };

  return {
    // Whoever waits goes first. Between two calls nobody waits while a slot is free, so a free slot is really free.
    enter: (target) => (closed || state.queues.has(target) ? null : slots.acquire(target)),
    wait: (request, signal) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(refusal('closing', request, policy, clock.monotonic()));
          return;
        }
        if (signal.aborted) {
          reject(signal.reason);
          return;
        }
        const id = nextId;
        nextId += 1;
        const hungUp = (): void => {
          if (!take(id)) return;
          apply({ type: 'leave', target: request.target, id });
          reject(signal.reason);
        };
        signal.addEventListener('abort', hungUp, { once: true });
        const settled = (): void => signal.removeEventListener('abort', hungUp);
        waiting.set(id, {
          request,
          resolve: (slot) => {
            settled();
            resolve(slot);
          },
          reject: (error) => {
            settled();
            reject(error);
          },
        });
        apply({ type: 'arrive', request: { id, ...request } });
      }),
    slotsFreed: (target) => {
      if (!state.queues.has(target)) return;
      const free = slots.freeSlots(target);
      if (free > 0) apply({ type: 'free', target, slots: free });
    },
    pending: (target) => state.queues.get(target)?.requests.length ?? 0,
    close: () => {
      closed = true;
      apply({ type: 'close' });
    },
  };
}

function refusal(
  reason: RefuseReason,
  { target, sinceMs }: HoldRequest,
  policy: HoldPolicy,
  nowMs: number,
): AppError {
  const details = { reason };
  switch (reason) {
    case 'queue-full':
      return new AppError(
        'unavailable',
        `All replicas of ${target} are busy or starting, and the waiting room is full (${policy.perTarget.maxPending} requests or ${policy.perTarget.maxPendingBytes} body bytes a scale target, ${policy.total.maxPending} or ${policy.total.maxPendingBytes} in all). Try again shortly.`,
        { details },
      );
    case 'displaced':
      return new AppError(
        'unavailable',
        `The waiting room is full, and a scale target with fewer held requests than ${target} needed the place. Try again shortly.`,
        { details },
      );
    case 'timed-out':
      return new AppError(
        'deadline-exceeded',
        `No replica of ${target} had a free slot within ${Math.round(nowMs - sinceMs)} ms. Try again later; the log says why none started.`,
        { details },
      );
    case 'closing':
      return new AppError('unavailable', 'The gateway is stopping. Try again shortly.', { details });
  }
}
