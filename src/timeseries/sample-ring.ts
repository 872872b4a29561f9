// Prometheus' staleness marker: a NaN with this bit pattern says "the series ended here". It is kept and compared as
// bits, because an engine may change the payload of a NaN that travels as a number.
const staleHigh = 0x7ff00000;
const staleLow = 0x00000002;
const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const highWord = littleEndian ? 1 : 0;
const smallest = 8;

/** Samples copied out of a ring, oldest first, stale markers left out. Only the first `length` entries count. */
export interface SampleWindow {
  timesMs: Float64Array;
  values: Float64Array;
  length: number;
}

export function createWindow(capacity = 64): SampleWindow {
  return { timesMs: new Float64Array(capacity), values: new Float64Array(capacity), length: 0 };
}

/** The samples of one series in time order: 16 bytes a sample, grown by halves on demand, oldest dropped at the front. */
export class SampleRing {
  #timesMs = new Float64Array(smallest);
  #values = new Float64Array(smallest);
  #bits = new Uint32Array(this.#values.buffer);
  #first = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Bytes held, used or not. */
  get bytes(): number {
    return this.#timesMs.byteLength + this.#values.byteLength;
  }

  /** Time of the oldest sample, `Infinity` when there is none. */
  get firstMs(): number {
    return this.#size === 0 ? Infinity : (this.#timesMs[this.#first] ?? Infinity);
  }

  /** Time of the newest sample, `-Infinity` when there is none. */
  get lastMs(): number {
    return this.#size === 0 ? -Infinity : this.timeAt(this.#size - 1);
  }

  timeAt(index: number): number {
    return this.#timesMs[this.#slot(index)] ?? Number.NaN;
  }

  valueAt(index: number): number {
    return this.#values[this.#slot(index)] ?? Number.NaN;
  }

  isStaleAt(index: number): boolean {
    const word = this.#slot(index) * 2;
    return this.#bits[word + highWord] === staleHigh && this.#bits[word + 1 - highWord] === staleLow;
  }

  /** Adds at the end; the caller has checked that `tMs` is later than {@link lastMs}. */
  push(tMs: number, value: number): void {
    if (this.#size === this.#timesMs.length) this.#resize(this.#size + (this.#size >> 1));
    const slot = this.#slot(this.#size);
    this.#timesMs[slot] = tMs;
    this.#values[slot] = value;
    this.#size += 1;
  }

  pushStale(tMs: number): void {
    this.push(tMs, 0);
    const word = this.#slot(this.#size - 1) * 2;
    this.#bits[word + highWord] = staleHigh;
    this.#bits[word + 1 - highWord] = staleLow;
  }

  /** Drops samples earlier than `tMs`. @returns how many. */
  dropBefore(tMs: number): number {
    let dropped = 0;
    while (this.#size > 0 && this.firstMs < tMs) {
      this.#first = this.#slot(1);
      this.#size -= 1;
      dropped += 1;
    }
    if (dropped > 0 && this.#size * 4 < this.#timesMs.length && this.#timesMs.length > smallest) {
      this.#resize(Math.max(smallest, this.#size * 2));
    }
    return dropped;
  }

  /** How many samples are at or before `tMs`: the index after the last of them. */
  countUpTo(tMs: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeAt(middle) <= tMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Copies the samples `from` (inclusive) to `to` (exclusive) into `window`, without stale markers. */
  copyInto(window: SampleWindow, from: number, to: number): void {
    if (window.timesMs.length < to - from) {
      window.timesMs = new Float64Array((to - from) * 2);
      window.values = new Float64Array((to - from) * 2);
    }
    let length = 0;
    for (let index = from; index < to; index += 1) {
      if (this.isStaleAt(index)) continue;
      window.timesMs[length] = this.timeAt(index);
      window.values[length] = this.valueAt(index);
      length += 1;
    }
    window.length = length;
  }

  #slot(index: number): number {
    const slot = this.#first + index;
    return slot < this.#timesMs.length ? slot : slot - this.#timesMs.length;
  }

  #resize(capacity: number): void {
    const timesMs = new Float64Array(capacity);
    const bits = new Uint32Array(capacity * 2);
    for (let index = 0; index < this.#size; index += 1) {
      const slot = this.#slot(index);
      timesMs[index] = this.#timesMs[slot] ?? 0;
      // Word by word: copied as numbers, stale markers could lose their payload.
      bits[index * 2] = this.#bits[slot * 2] ?? 0;
      bits[index * 2 + 1] = this.#bits[slot * 2 + 1] ?? 0;
    }
    this.#timesMs = timesMs;
    this.#values = new Float64Array(bits.buffer);
    this.#bits = bits;
    this.#first = 0;
  }
}
