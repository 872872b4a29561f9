import type { HttpRequest } from '../platform/http-message.ts';
import { AppError } from '../contract/app-error.ts';
import { readBoundedText } from './bounded-text.ts';
import { parseSampleNumber } from './parse-sample-number.ts';
import { parseDurationMs } from './promql/literals.ts';
import { parameterError } from './promql/query-error.ts';
import { parseRfc3339Ms } from './rfc3339.ts';

const maxFormBytes = 1_000_000;

/** Beyond it milliseconds are no longer counted one by one: the year 287396. */
const maxSeconds = Number.MAX_SAFE_INTEGER / 1000;

/** Query parameters of the URL and, for a form POST, of the body. @throws AppError `unsupported-media`, `too-large`. */
export async function readParameters(request: HttpRequest, url: URL): Promise<URLSearchParams> {
  const parameters = new URLSearchParams(url.search);
  if (request.method !== 'POST') return parameters;
  const type = request.headers.get('content-type') ?? '';
  const text = await readBoundedText(request.body, maxFormBytes, 'The form of a query');
  if (text !== '' && !type.startsWith('application/x-www-form-urlencoded')) {
    throw new AppError(
      'unsupported-media',
      `A query is posted as application/x-www-form-urlencoded, received ${type}.`,
    );
  }
  for (const [name, value] of new URLSearchParams(text)) parameters.append(name, value);
  return parameters;
}

/** Unix seconds with a fraction, or RFC 3339, in milliseconds. @throws AppError `invalid-argument` naming the parameter. */
export function parseTimeMs(name: string, text: string): number {
  const seconds = parseSampleNumber(text);
  if (seconds !== null && Math.abs(seconds) <= maxSeconds) return Math.round(seconds * 1000);
  const ms = parseRfc3339Ms(text);
  if (ms !== null) return ms;
  throw parameterError(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`);
}

/** Seconds with a fraction, or a duration as `1m30s`, in milliseconds. @throws AppError `invalid-argument` naming the parameter. */
export function parseStepMs(name: string, text: string): number {
  const seconds = parseSampleNumber(text);
  if (seconds !== null && Number.isFinite(seconds)) return Math.round(seconds * 1000);
  const ms = parseDurationMs(text);
  if (ms !== null) return ms;
  throw parameterError(name, `cannot parse ${JSON.stringify(text)} to a valid duration`);
}
