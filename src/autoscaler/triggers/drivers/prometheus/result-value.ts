import * as z from 'zod';
import { AppError } from '../../../../contract/app-error.ts';
import type { VectorSample } from '../../trigger.ts';

const answerSchema = z.object({
  data: z
    .object({
      result: z.array(z.object({ value: z.array(z.unknown()).nullish() })).nullish(),
    })
    .nullish(),
});

const noNumber = (what: string): AppError =>
  new AppError(
    'upstream-failed',
    `The query gave ${what}. Set ignoreNullValues to "true" to read that as 0.`,
  );

/**
 * The number in a Prometheus answer, by KEDA's rules: several series are an error; none, an empty pair, NaN and ±Inf
 * are 0, or an error without `ignoreNullValues`; a JSON null is -1.
 */
export function valueOfAnswer(text: string, ignoreNullValues: boolean): number {
  const [series, ...others] = parseAnswer(text);
  if (others.length > 0) throw severalSeries(others.length + 1);
  if (series === undefined) return nothing(ignoreNullValues, 'no series');
  const pair = series.value ?? [];
  if (pair.length === 0) return nothing(ignoreNullValues, 'an empty value');
  if (pair.length === 1) throw new AppError('upstream-failed', 'The query gave a value without its number.');
  const [, value] = pair;
  if (value === null) return -1;
  const number = numberOf(value);
  return Number.isFinite(number) ? number : nothing(ignoreNullValues, String(number));
}

/** The same rules for the embedded store. */
export function valueOfVector(vector: readonly VectorSample[], ignoreNullValues: boolean): number {
  const [sample, ...others] = vector;
  if (others.length > 0) throw severalSeries(others.length + 1);
  if (sample === undefined) return nothing(ignoreNullValues, 'no series');
  return Number.isFinite(sample.value) ? sample.value : nothing(ignoreNullValues, String(sample.value));
}

function nothing(ignoreNullValues: boolean, what: string): number {
  if (ignoreNullValues) return 0;
  throw noNumber(what);
}

function severalSeries(count: number): AppError {
  return new AppError('upstream-failed', `The query gave ${count} series, expected one. Wrap it in sum(…).`);
}

function numberOf(value: unknown): number {
  const text = String(value).trim();
  if (/^[-+]?inf(?:inity)?$/i.test(text)) return Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  const number = text === '' ? Number.NaN : Number(text);
  if (!Number.isNaN(number)) return number;
  throw new AppError('upstream-failed', `The query gave "${text.slice(0, 80)}", expected a number.`);
}

function parseAnswer(text: string): readonly { readonly value?: readonly unknown[] | null | undefined }[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new AppError('upstream-failed', 'The answer of Prometheus is not JSON.', { cause });
  }
  const parsed = answerSchema.safeParse(body);
  if (!parsed.success) {
    throw new AppError(
      'upstream-failed',
      'The query gave no instant vector. Wrap a scalar in vector(…), and take the range off a range vector.',
    );
  }
  return parsed.data.data?.result ?? [];
}
