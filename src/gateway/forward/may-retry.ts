/** How an attempt on a replica ended without a first byte of an answer. */
export interface AttemptFailure {
  readonly kind: 'failed';
  /**
   * `not-connected`: nothing of the request has left. `not-begun`: the replica said that it did not begin with it.
   * `no-answer`: it may have. `too-slow`: the response head did not come in time. `past-deadline`: the request had to end
   * before it came. `bad-answer`: what came cannot be passed on. `silent-client`: the request body stopped coming.
   */
  readonly reason:
    | 'not-connected'
    | 'not-begun'
    | 'no-answer'
    | 'too-slow'
    | 'past-deadline'
    | 'bad-answer'
    | 'silent-client';
  readonly error: unknown;
}

export interface RetryFacts {
  readonly method: string;
  /** The request carries an Idempotency-Key. */
  readonly hasKey: boolean;
  /** Every byte of the body that has been read can be sent again. */
  readonly replayable: boolean;
  /** Attempts so far that may have reached a replica. */
  readonly attempts: number;
  readonly maxAttempts: number;
}

/** RFC 9110, 9.2.2. */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * Whether to try again, on this or another replica: always when nothing was sent or begun; when something may have been,
 * only if doing it twice is the same as once. A slow replica is not tried again: the client has waited long enough.
 */
export function mayRetry(failure: AttemptFailure, facts: RetryFacts): boolean {
  switch (failure.reason) {
    case 'not-connected':
      return facts.replayable;
    case 'not-begun':
      return facts.replayable && facts.attempts < facts.maxAttempts;
    case 'no-answer':
      return (
        facts.replayable &&
        facts.attempts < facts.maxAttempts &&
        (facts.hasKey || idempotent.has(facts.method))
      );
    case 'too-slow':
    case 'past-deadline':
    case 'bad-answer':
    case 'silent-client':
      return false;
  }
}
