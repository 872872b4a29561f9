import { storageProblem } from './storage-problem.ts';

/** Why something failed. Closed list: every code has one HTTP status and one meaning. */
export const errorCodes = {
  'invalid-argument': { status: 400, type: 'invalid_request_error', retryable: false },
  unauthenticated: { status: 401, type: 'authentication_error', retryable: false },
  'permission-denied': { status: 403, type: 'permission_error', retryable: false },
  'not-found': { status: 404, type: 'not_found_error', retryable: false },
  'method-not-allowed': { status: 405, type: 'invalid_request_error', retryable: false },
  conflict: { status: 409, type: 'conflict_error', retryable: false },
  'too-large': { status: 413, type: 'invalid_request_error', retryable: false },
  'unsupported-media': { status: 415, type: 'invalid_request_error', retryable: false },
  'unreadable-document': { status: 422, type: 'invalid_request_error', retryable: false },
  'rate-limited': { status: 429, type: 'rate_limit_error', retryable: true },
  cancelled: { status: 499, type: 'cancelled_error', retryable: false },
  internal: { status: 500, type: 'server_error', retryable: false },
  unsupported: { status: 501, type: 'server_error', retryable: false },
  'upstream-failed': { status: 502, type: 'server_error', retryable: true },
  unavailable: { status: 503, type: 'server_error', retryable: true },
  'deadline-exceeded': { status: 504, type: 'server_error', retryable: true },
} as const satisfies Record<string, { status: number; type: string; retryable: boolean }>;

export type ErrorCode = keyof typeof errorCodes;

/** OpenAI's error shape, as every HTTP answer of Sluice carries it. */
export interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly code: ErrorCode;
    readonly param: string | null;
  };
}

export interface AppErrorOptions {
  /** What went wrong underneath. Logged, never sent over the wire. */
  readonly cause?: unknown;
  /** The request field, configuration key or file the error is about. */
  readonly param?: string;
  /** Facts for logs and tests; sent to nobody. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The one error class. Its message says what was expected, what was received, and what to do.
 *
 * @example throw new AppError('invalid-argument', 'topK must be 1 to 100, received 0', { param: 'topK' });
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly param: string | null;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.param = options.param ?? null;
    this.details = options.details ?? {};
  }

  get status(): number {
    return errorCodes[this.code].status;
  }

  get retryable(): boolean {
    return errorCodes[this.code].retryable;
  }

  toBody(): ErrorBody {
    return {
      error: { message: this.message, type: errorCodes[this.code].type, code: this.code, param: this.param },
    };
  }

  /** Any thrown value as an AppError: itself, an abort as `cancelled`, a full or locked disk as `unavailable`, all else as `internal`. */
  static from(thrown: unknown): AppError {
    if (thrown instanceof AppError) return thrown;
    if (thrown instanceof Error && (thrown.name === 'AbortError' || thrown.name === 'TimeoutError')) {
      return new AppError(thrown.name === 'AbortError' ? 'cancelled' : 'deadline-exceeded', thrown.message, {
        cause: thrown,
      });
    }
    const storage = storageProblem(thrown);
    if (storage !== null) return new AppError('unavailable', storage, { cause: thrown });
    return new AppError('internal', 'Something failed inside Sluice; the log of this request says what.', {
      cause: thrown,
    });
  }
}

/** HTTP status -> code, for answers of others. Unknown 4xx read as `invalid-argument`, 5xx as `upstream-failed`. */
export function codeOfStatus(status: number): ErrorCode {
  for (const [code, { status: known }] of Object.entries(errorCodes)) {
    if (known === status) return code as ErrorCode;
  }
  return status < 500 ? 'invalid-argument' : 'upstream-failed';
}
