/**
 * Who waits, who goes, who is refused: pure, so that the gateway, its tests and the simulator decide alike.
 * Nothing here knows sockets, clocks or replicas; ids are the caller's.
 */
export interface HoldBounds {
  /** Held requests, >= 0. 0 holds nobody. */
  readonly maxPending: number;
  /** Body bytes of held requests that may be in memory, >= 0. */
  readonly maxPendingBytes: number;
}

export interface HoldPolicy {
  readonly perTarget: HoldBounds;
  /** Over all scale targets together. */
  readonly total: HoldBounds;
  /** Longest wait since arrival in milliseconds, of requests without a deadline of their own; 0 waits for ever. */
  readonly timeoutMs: number;
}

export interface HeldRequest {
  readonly id: number;
  readonly target: string;
  readonly bytes: number;
  /** When it arrived at the gateway: its place in the queue, also when it comes back after a failed attempt. */
  readonly sinceMs: number;
  /** When its wait ends; Infinity waits for ever. @defaultValue by the policy's timeout */
  readonly deadlineMs?: number;
}

interface Queue {
  /** Oldest first. */
  readonly requests: readonly HeldRequest[];
  readonly bytes: number;
  /** How many have a deadline of their own: without any, the oldest is the first to time out. */
  readonly ownDeadlines: number;
}

export interface HoldState {
  readonly queues: ReadonlyMap<string, Queue>;
  readonly pending: number;
  readonly bytes: number;
}

export const emptyHold: HoldState = { queues: new Map(), pending: 0, bytes: 0 };

export type HoldEvent =
  | { readonly type: 'arrive'; readonly request: HeldRequest }
  /** So many slots of this target are free now. */
  | { readonly type: 'free'; readonly target: string; readonly slots: number }
  /** The client hung up. */
  | { readonly type: 'leave'; readonly target: string; readonly id: number }
  /** Time has passed. */
  | { readonly type: 'tick' }
  | { readonly type: 'close' };

/**
 * `queue-full`: a bound is reached. `displaced`: it made room for a target that holds less.
 * `timed-out`: no slot within the timeout. `closing`: the gateway stops.
 */
export type RefuseReason = 'queue-full' | 'displaced' | 'timed-out' | 'closing';

export type HoldAction =
  | { readonly kind: 'release'; readonly id: number }
  | { readonly kind: 'refuse'; readonly id: number; readonly reason: RefuseReason };

export interface HoldStep {
  readonly state: HoldState;
  /** In order. A request that arrives and gets no action is held. */
  readonly actions: readonly HoldAction[];
}

/**
 * One step of the waiting room. Laws (property-tested): never above a bound; oldest first within a target; every request
 * ends exactly once, by release, refusal or leaving.
 */
export function holdStep(state: HoldState, event: HoldEvent, policy: HoldPolicy, nowMs: number): HoldStep {
  switch (event.type) {
    case 'arrive':
      return arrive(state, event.request, policy);
    case 'free': {
      const released = (state.queues.get(event.target)?.requests ?? []).slice(0, Math.max(0, event.slots));
      return {
        state: remove(state, released),
        actions: released.map(({ id }) => ({ kind: 'release', id })),
      };
    }
    case 'leave': {
      const left = state.queues.get(event.target)?.requests.find(({ id }) => id === event.id);
      return { state: left ? remove(state, [left]) : state, actions: [] };
    }
    case 'tick':
      return refuseAll(state, 'timed-out', (request) => deadlineMs(request, policy) <= nowMs);
    case 'close':
      return refuseAll(state, 'closing', () => true);
  }
}

/** When the next `tick` has something to do; null when never. */
export function nextDeadlineMs(state: HoldState, policy: HoldPolicy): number | null {
  let next = Infinity;
  for (const { requests, ownDeadlines } of state.queues.values()) {
    for (const request of requests) {
      next = Math.min(next, deadlineMs(request, policy));
      if (ownDeadlines === 0) break;
    }
  }
  return next === Infinity ? null : next;
}

const deadlineMs = (request: HeldRequest, { timeoutMs }: HoldPolicy): number =>
  request.deadlineMs ?? (timeoutMs === 0 ? Infinity : request.sinceMs + timeoutMs);

const hasOwnDeadline = ({ deadlineMs: own }: HeldRequest): 0 | 1 => (own === undefined ? 0 : 1);

function arrive(state: HoldState, request: HeldRequest, policy: HoldPolicy): HoldStep {
  const refused: HoldStep = { state, actions: [{ kind: 'refuse', id: request.id, reason: 'queue-full' }] };
  const own = state.queues.get(request.target);
  const ownPending = (own?.requests.length ?? 0) + 1;
  const ownBytes = (own?.bytes ?? 0) + request.bytes;
  if (ownPending > policy.perTarget.maxPending || ownBytes > policy.perTarget.maxPendingBytes) return refused;
  const displaced: HeldRequest[] = [];
  let room = state;
  while (
    room.pending + 1 > policy.total.maxPending ||
    room.bytes + request.bytes > policy.total.maxPendingBytes
  ) {
    const full = room.pending + 1 > policy.total.maxPending ? 'pending' : 'bytes';
    const last = newestOfLargest(room, request.target, full, full === 'pending' ? ownPending : ownBytes);
    if (!last) return refused;
    displaced.push(last);
    room = remove(room, [last]);
  }
  return {
    state: insert(room, request),
    actions: displaced.map(({ id }) => ({ kind: 'refuse', id, reason: 'displaced' })),
  };
}

/**
 * Shares a full room fairly: a target may take the place of one that holds more than it would then hold itself, which
 * ends where dealing out the places in turn would end. The newest goes, because it has waited least.
 */
function newestOfLargest(
  state: HoldState,
  target: string,
  measure: 'pending' | 'bytes',
  ownAfter: number,
): HeldRequest | undefined {
  let largest: Queue | undefined;
  let size = ownAfter;
  for (const [name, queue] of state.queues) {
    const other = measure === 'pending' ? queue.requests.length : queue.bytes;
    if (name !== target && other > size) {
      largest = queue;
      size = other;
    }
  }
  return measure === 'pending'
    ? largest?.requests.at(-1)
    : largest?.requests.findLast(({ bytes }) => bytes > 0);
}

function insert(state: HoldState, request: HeldRequest): HoldState {
  const queue = state.queues.get(request.target) ?? { requests: [], bytes: 0, ownDeadlines: 0 };
  const after = queue.requests.findLastIndex(({ sinceMs }) => sinceMs <= request.sinceMs);
  const requests = queue.requests.toSpliced(after + 1, 0, request);
  const queues = new Map(state.queues);
  queues.set(request.target, {
    requests,
    bytes: queue.bytes + request.bytes,
    ownDeadlines: queue.ownDeadlines + hasOwnDeadline(request),
  });
  return { queues, pending: state.pending + 1, bytes: state.bytes + request.bytes };
}

function remove(state: HoldState, leaving: readonly HeldRequest[]): HoldState {
  if (leaving.length === 0) return state;
  const queues = new Map(state.queues);
  for (const [target, group] of byTarget(leaving)) {
    const queue = queues.get(target);
    if (!queue) continue;
    const rest = without(queue, group);
    if (rest.requests.length === 0) queues.delete(target);
    else queues.set(target, rest);
  }
  return { queues, pending: state.pending - leaving.length, bytes: state.bytes - bytesOf(leaving) };
}

/** Mostly all of one target: a slot that became free is its. */
function byTarget(requests: readonly HeldRequest[]): Iterable<readonly [string, readonly HeldRequest[]]> {
  const target = requests[0]?.target ?? '';
  if (requests.every((request) => request.target === target)) return [[target, requests]];
  return Map.groupBy(requests, (request) => request.target);
}

/** Mostly the oldest go, and then nobody has to be looked for among a thousand. */
function without(queue: Queue, gone: readonly HeldRequest[]): Queue {
  const { requests } = queue;
  const isOldest = gone.every((request, index) => requests[index] === request);
  const set = isOldest ? null : new Set(gone);
  return {
    requests: set ? requests.filter((request) => !set.has(request)) : requests.slice(gone.length),
    bytes: queue.bytes - bytesOf(gone),
    ownDeadlines: queue.ownDeadlines - gone.reduce((sum, request) => sum + hasOwnDeadline(request), 0),
  };
}

const bytesOf = (requests: readonly HeldRequest[]): number =>
  requests.reduce((sum, { bytes }) => sum + bytes, 0);

function refuseAll(
  state: HoldState,
  reason: RefuseReason,
  applies: (request: HeldRequest) => boolean,
): HoldStep {
  const refused = [...state.queues.values()].flatMap(({ requests }) => requests.filter(applies));
  return {
    state: remove(state, refused),
    actions: refused.map(({ id }) => ({ kind: 'refuse', id, reason })),
  };
}
