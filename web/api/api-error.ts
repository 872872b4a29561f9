import type { ErrorCode } from '../../src/contract/app-error.ts';
import { isObject, parseJson, stringOf } from './narrow.ts';

/** An answer of the server that is not what was asked for. The message is the server's own sentence. */
export class ApiError extends Error {
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  readonly code: ErrorCode | null;

  constructor(status: number, code: ErrorCode | null, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

/** Reads the error body that every answer of Sluice carries; other bodies give a sentence with the status. */
export function toApiError(status: number, body: string): ApiError {
  const json = parseJson(body);
  const error = isObject(json) && isObject(json['error']) ? json['error'] : {};
  const message = stringOf(error['message']) ?? `The server answered with status ${status}.`;
  // The list of codes is closed on the server; the page only compares it.
  return new ApiError(status, stringOf(error['code']) as ErrorCode | null, message);
}
