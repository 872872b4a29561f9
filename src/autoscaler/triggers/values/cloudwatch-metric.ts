import { parseXml, xmlByPath } from './xml-path.ts';

/** Seconds from the year 1, where Go's clock and with it KEDA's periods begin, to 1970. */
const yearOne = 62_135_596_800;

/**
 * The time that is looked at: it ends with a whole period.
 *
 * @returns seconds since 1970.
 */
export function cloudwatchWindow(
  nowMs: number,
  seconds: { readonly period: number; readonly endOffset: number; readonly collection: number },
): { readonly start: number; readonly end: number } {
  const last = nowMs / 1000 - seconds.endOffset;
  const end = Math.floor((last + yearOne) / seconds.period) * seconds.period - yearOne;
  return { start: end - seconds.collection, end };
}

/** What CloudWatch says about one query. */
export interface CloudwatchResult {
  /** The newest; null when there is none. */
  readonly value: number | null;
}

/**
 * The first result of an answer, newest value first.
 *
 * @returns null without any result.
 * @throws AppError `upstream-failed` when it is not well formed.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
export function cloudwatchResult(answer: string): CloudwatchResult | null {
  const path = 'GetMetricDataResponse.GetMetricDataResult.MetricDataResults.member[0]';
  const result = xmlByPath(parseXml(answer), path);
  if (result === undefined) return null;
  const text = xmlByPath(result, 'Values.member[0]');
  const value = typeof text === 'string' && text !== '' ? Number(text) : Number.NaN;
  return { value: Number.isFinite(value) ? value : null };
}

/** What an input is made of; what is undefined is left out. */
export type QueryInput =
  | string
  | number
  | boolean
  | undefined
  | readonly QueryInput[]
  | { readonly [name: string]: QueryInput };

/** An input as the query protocol of AWS writes it: `A.member.1.B=c`. */
export function queryParameters(input: Readonly<Record<string, QueryInput>>): URLSearchParams {
  const parameters = new URLSearchParams();
  const add = (name: string, value: QueryInput): void => {
    if (value === undefined) return;
    if (typeof value !== 'object') {
      parameters.set(name, String(value));
    } else if (isList(value)) {
      for (const [index, item] of value.entries()) add(`${name}.member.${index + 1}`, item);
    } else {
      for (const [inner, item] of Object.entries(value)) add(name === '' ? inner : `${name}.${inner}`, item);
    }
  };
  add('', input);
  return parameters;
}

const isList = (value: object): value is readonly QueryInput[] => Array.isArray(value);
