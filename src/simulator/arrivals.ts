/** A trace, read: when requests came, and how long they took where the trace knows. Ascending. */
export interface Arrivals {
  /** Milliseconds since the start of the trace, ascending. */
  readonly timesMs: Float64Array;
  /** One per arrival; null where the trace has none at all. A single unknown one is NaN. */
  readonly durationsMs: Float64Array | null;
  /** Wall time of the start, milliseconds since the epoch: what cron triggers and PromQL see as now. */
  readonly startMs: number;
  /** How long the trace lasts; at least the last arrival. */
  readonly spanMs: number;
}

/** Collects arrivals in any order, 8 or 16 bytes each. */
export interface ArrivalsBuilder {
  readonly count: number;
  /** @param atMs milliseconds since the epoch, or since any other start. @param durationMs null where unknown. */
  add(atMs: number, durationMs: number | null): void;
  /** Says that the trace covers this time, though nothing may have arrived. */
  cover(fromMs: number, toMs: number): void;
  /** Sorted by time, beginning at 0. */
  build(): Arrivals;
}

const grown = (array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
};

export function createArrivalsBuilder(): ArrivalsBuilder {
  let times = new Float64Array(1024);
  let durations: Float64Array<ArrayBuffer> | null = null;
  let count = 0;
  let isSorted = true;
  let fromMs = Infinity;
  let toMs = -Infinity;

  return {
    get count() {
      return count;
    },
    add: (atMs, durationMs) => {
      if (count === times.length) {
        times = grown(times);
        if (durations !== null) durations = grown(durations);
      }
      if (durationMs !== null && durations === null) {
        durations = new Float64Array(times.length).fill(Number.NaN, 0, count);
      }
      if (durations !== null) durations[count] = durationMs ?? Number.NaN;
      if (count > 0 && atMs < (times[count - 1] ?? 0)) isSorted = false;
      times[count] = atMs;
      count += 1;
    },
    cover: (from, to) => {
      fromMs = Math.min(fromMs, from);
      toMs = Math.max(toMs, to);
    },
    build: () => {
      let timesMs = times.slice(0, count);
      let durationsMs = durations?.slice(0, count) ?? null;
      if (!isSorted) {
        if (durationsMs === null) timesMs.sort();
        else [timesMs, durationsMs] = sortedTogether(timesMs, durationsMs);
      }
      const startMs = Math.min(fromMs, timesMs[0] ?? Infinity);
      if (startMs === Infinity) {
        return { timesMs, durationsMs, startMs: 0, spanMs: 0 };
      }
      const endMs = Math.max(toMs, timesMs[count - 1] ?? -Infinity);
      for (let index = 0; index < count; index += 1) timesMs[index] = (timesMs[index] ?? 0) - startMs;
      return { timesMs, durationsMs, startMs, spanMs: endMs - startMs };
    },
  };
}

function sortedTogether(
  times: Float64Array,
  durations: Float64Array,
): [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>] {
  const order = Uint32Array.from(times, (_, index) => index);
  order.sort((x, y) => (times[x] ?? 0) - (times[y] ?? 0) || x - y);
  return [
    Float64Array.from(order, (index) => times[index] ?? 0),
    Float64Array.from(order, (index) => durations[index] ?? Number.NaN),
  ];
}
