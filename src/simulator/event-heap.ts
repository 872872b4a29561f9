/** Something that happens at a time. */
export interface TimedEvent {
  readonly atMs: number;
}

interface Entry<Event> {
  readonly event: Event;
  readonly atMs: number;
  readonly order: number;
}

/** Events in order of time; of several at one time, the one added first comes first, so that runs repeat exactly. */
export interface EventHeap<Event extends TimedEvent> {
  readonly size: number;
  push(event: Event): void;
  /** Time of the next event; `Infinity` when there is none. */
  peekMs(): number;
  pop(): Event | undefined;
}

export function createEventHeap<Event extends TimedEvent>(): EventHeap<Event> {
  const entries: Entry<Event>[] = [];
  let order = 0;

  const before = (x: Entry<Event>, y: Entry<Event>): boolean =>
    x.atMs < y.atMs || (x.atMs === y.atMs && x.order < y.order);

  const sinkFromTop = (entry: Entry<Event>): void => {
    let hole = 0;
    for (;;) {
      let child = hole * 2 + 1;
      let next = entries[child];
      if (next === undefined) break;
      const right = entries[child + 1];
      if (right !== undefined && before(right, next)) {
        next = right;
        child += 1;
      }
      if (!before(next, entry)) break;
      entries[hole] = next;
      hole = child;
    }
    entries[hole] = entry;
  };

  return {
    get size() {
      return entries.length;
    },
    push: (event) => {
      const entry = { event, atMs: event.atMs, order };
      order += 1;
      let hole = entries.length;
      entries.push(entry);
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        const above = entries[parent];
        if (above === undefined || !before(entry, above)) break;
        entries[hole] = above;
        hole = parent;
      }
      entries[hole] = entry;
    },
    peekMs: () => entries[0]?.atMs ?? Infinity,
    pop: () => {
      const first = entries[0];
      const last = entries.pop();
      if (first === undefined || last === undefined) return undefined;
      if (entries.length > 0) sinkFromTop(last);
      return first.event;
    },
  };
}
