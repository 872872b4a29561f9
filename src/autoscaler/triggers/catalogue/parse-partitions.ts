import type { TriggerValues } from './trigger-values.ts';

const maxPartition = 2 ** 31 - 1;
/** A range of more could fill the memory; no topic has as many partitions. */
const maxRange = 100_000;

/**
 * `1-4,8` as numbers; a descending range is empty.
 *
 * @returns null for anything that is no number of 32 bits or range.
 */
export function parsePartitions(text: string): readonly number[] | null {
  const numbers: number[] = [];
  for (const item of text.split(',')) {
    const found = /^\s*(\+?\d+)\s*(?:-\s*(\+?\d+)\s*)?$/.exec(item);
    if (!found) return null;
    const first = Number(found[1]);
    const last = Number(found[2] ?? first);
    if (Math.max(first, last) > maxPartition || last - first > maxRange) return null;
    for (let number = first; number <= last; number += 1) numbers.push(number);
  }
  return numbers;
}

/** The partitions a kafka trigger looks at; null for all. Without a topic a limitation has no meaning. */
export function kafkaPartitions(values: TriggerValues): readonly number[] | null {
  const text = values.text('partitionLimitation');
  return text === '' || !values.has('topic') ? null : parsePartitions(text);
}
