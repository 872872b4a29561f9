import type { VectorSample } from './value.ts';

/**
 * The `count` largest or smallest samples, best first; NaN is the worst either way.
 *
 * Kept in a heap with the worst at its root, replaced only by what is strictly better: among equal values the same ones
 * stay as in Prometheus, when the series come in the same order.
 */
export function selectExtremes(
  samples: readonly VectorSample[],
  count: number,
  direction: 'largest' | 'smallest',
): VectorSample[] {
  if (count < 1) return [];
  const heap: VectorSample[] = [];
  const worse = (a: VectorSample, b: VectorSample): boolean => {
    if (Number.isNaN(a.value)) return true;
    return direction === 'largest' ? a.value < b.value : a.value > b.value;
  };
  const isWorse = (a: number, b: number): boolean => {
    const [x, y] = [heap[a], heap[b]];
    return x !== undefined && y !== undefined && worse(x, y);
  };
  const swap = (a: number, b: number): void => {
    const [x, y] = [heap[a], heap[b]];
    if (x && y) [heap[a], heap[b]] = [y, x];
  };
  const rise = (from: number): void => {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!isWorse(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
  };
  const sink = (): void => {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= heap.length) return;
      const child = left + 1 < heap.length && isWorse(left + 1, left) ? left + 1 : left;
      if (!isWorse(child, at)) return;
      swap(at, child);
      at = child;
    }
  };
  for (const sample of samples) {
    const [root] = heap;
    if (heap.length < count) {
      heap.push(sample);
      rise(heap.length - 1);
    } else if (root && !Number.isNaN(sample.value) && (Number.isNaN(root.value) || worse(root, sample))) {
      heap[0] = sample;
      sink();
    }
  }
  return heap.sort((a, b) => {
    if (Number.isNaN(a.value) || Number.isNaN(b.value))
      return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
    return direction === 'largest' ? b.value - a.value : a.value - b.value;
  });
}
