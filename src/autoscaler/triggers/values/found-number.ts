import { AppError } from '../../../contract/app-error.ts';
import { parseQuantity } from './quantity.ts';

/**
 * What a location in an answer holds, as a number: numbers as they are, texts as Kubernetes quantities (`1k`, `500m`).
 *
 * @throws AppError `upstream-failed` for anything else, a missing value included.
 */
export function foundNumber(value: unknown, location: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint') return Number(value);
  const quantity = typeof value === 'string' ? parseQuantity(value) : null;
  if (quantity !== null) return quantity;
  const received = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
  throw new AppError(
    'upstream-failed',
    `valueLocation "${location}": expected a number, or a text that is a quantity such as 1k; received ${received}.`,
  );
}
