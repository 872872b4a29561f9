import { STATUS_CODES } from 'node:http';
import type { AppError } from '../contract/app-error.ts';
import { requestIdHeader } from '../contract/headers.ts';
import type { OutgoingAnswer } from '../platform/http-exchange.ts';

/** Seconds after which it makes sense to try again: a full room empties fast, a target that did not start needs longer. */
const retryAfterSeconds: Partial<Record<AppError['code'], number>> = {
  unavailable: 1,
  'deadline-exceeded': 5,
};

/** Answers with an error body, or cuts the connection when an answer has begun already. */
export function refuse(outgoing: OutgoingAnswer, error: AppError, requestId: string | null): void {
  if (outgoing.destroyed) return;
  if (outgoing.headersSent) {
    outgoing.destroy();
    return;
  }
  const body = Buffer.from(JSON.stringify(error.toBody()));
  const headers: Record<string, string | number> = {
    'content-type': 'application/json',
    'content-length': body.length,
    'cache-control': 'no-store',
  };
  const retryAfter = retryAfterSeconds[error.code];
  if (retryAfter !== undefined) headers['retry-after'] = retryAfter;
  if (requestId !== null) headers[requestIdHeader] = requestId;
  // A client that was to wait for `100 Continue` may or may not send its body now: only a new connection is unambiguous.
  // One that stopped in the middle of its body would keep the connection for ever.
  const { headers: asked, complete } = outgoing.req;
  if (asked.expect !== undefined || (!complete && !error.retryable)) headers['connection'] = 'close';
  // Said again: a head that was refused leaves its own words behind.
  outgoing.writeHead(error.status, STATUS_CODES[error.status] ?? 'Unknown', headers);
  outgoing.end(body);
}
