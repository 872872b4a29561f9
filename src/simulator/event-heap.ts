/** Events in order of time; of several at one time, the one added first comes first, so that runs repeat exactly. */
export interface EventHeap<Event> {
  readonly size: number;
  push(atMs: number, event: Event): void;
  /** Time of the next event; `Infinity` when there is none. */
  peekMs(): number;
  pop(): Event | undefined;
}

/**
 * A binary heap in three parallel arrays: an event costs no object of its own, which is most of what a simulated day
 * of one-second counts would leave to the garbage collector.
 */
export function createEventHeap<Event>(): EventHeap<Event> {
  const times: number[] = [];
  const orders: number[] = [];
  const events: Event[] = [];
  let order = 0;

  /** Is the entry of this time and turn before the one in that place? */
  const isBefore = (atMs: number, turn: number, place: number): boolean => {
    const otherMs = times[place] ?? Infinity;
    return atMs < otherMs || (atMs === otherMs && turn < (orders[place] ?? Infinity));
  };

  const put = (place: number, atMs: number, turn: number, event: Event): void => {
    times[place] = atMs;
    orders[place] = turn;
    events[place] = event;
  };

  const move = (from: number, to: number): void => {
    const event = events[from];
    if (event !== undefined) put(to, times[from] ?? Infinity, orders[from] ?? Infinity, event);
  };

  const sinkFromTop = (atMs: number, turn: number, event: Event): void => {
    const size = times.length;
    let hole = 0;
    for (;;) {
      let child = hole * 2 + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && isBefore(times[right] ?? Infinity, orders[right] ?? Infinity, child)) child = right;
      if (isBefore(atMs, turn, child)) break;
      move(child, hole);
      hole = child;
    }
    put(hole, atMs, turn, event);
  };

  return {
    get size() {
      return times.length;
    },
    push: (atMs, event) => {
      let hole = times.length;
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        if (!isBefore(atMs, order, parent)) break;
        move(parent, hole);
        hole = parent;
      }
      put(hole, atMs, order, event);
      order += 1;
    },
    peekMs: () => times[0] ?? Infinity,
    pop: () => {
      const first = events[0];
      const event = events.pop();
      const atMs = times.pop();
      const turn = orders.pop();
      if (event === undefined || atMs === undefined || turn === undefined) return undefined;
      if (times.length > 0) sinkFromTop(atMs, turn, event);
      return first;
    },
  };
}
