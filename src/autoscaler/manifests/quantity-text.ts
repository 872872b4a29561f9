import { truncatedMilli } from '../decision/hpa/quantity.ts';
import { parseQuantity } from '../triggers/values/quantity.ts';

const decimal = ['', 'k', 'M', 'G', 'T', 'P', 'E'] as const;
const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;

/**
 * A number as Kubernetes writes it: whole with the largest suffix that leaves it whole, else in thousandths.
 *
 * @example quantityText(2.5) // '2500m'
 * @example quantityText(3000) // '3k'
 */
export function quantityText(value: number): string {
  const milli = truncatedMilli(value);
  return milli % 1000 === 0 ? shortest(milli / 1000, 1000, decimal) : `${milli}m`;
}

/** A written quantity as an API server gives it back: `1024Mi` is `1Gi`. What is none, or finer than thousandths, stays. */
export function canonicalQuantity(text: string): string {
  const value = parseQuantity(text);
  if (value === null) return text;
  if (text.endsWith('i') && Number.isInteger(value)) return shortest(value, 1024, binary);
  return Number.isInteger(value * 1000) ? quantityText(value) : text;
}

function shortest(whole: number, base: number, suffixes: readonly string[]): string {
  let [left, step] = [whole, 0];
  while (left !== 0 && left % base === 0 && step < suffixes.length - 1) {
    left /= base;
    step += 1;
  }
  return `${left}${suffixes[step] ?? ''}`;
}
