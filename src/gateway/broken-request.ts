import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '../contract/app-error.ts';
import { answerUnderWay } from './entry/answer-under-way.ts';

/** What node:http says -> status and sentence; everything else is a 400. */
const answers: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [
    431,
    'The request head is larger than the gateway takes (32 KiB). Send fewer or shorter headers.',
  ],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [
    413,
    'The chunk extensions of the request body are larger than the gateway takes.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request head did not arrive in time.'],
};

/** Answers bytes that are no valid HTTP request, and closes the connection: where the next request would begin is unknown. */
export function answerBrokenRequest(
  error: Error & { readonly code?: string | undefined; readonly reason?: unknown },
  socket: Duplex,
): void {
  const reason = typeof error.reason === 'string' && error.reason !== '' ? `: ${error.reason}` : '';
  const [status, message] = answers[error.code ?? ''] ?? [
    400,
    `Expected a valid HTTP/1.1 request, received something else${reason}.`,
  ];
  // Nobody reads it, or an answer is under way that it would be mixed up with.
  if (!socket.writable || error.code === 'ECONNRESET' || answerUnderWay(socket)?.headersSent) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(new AppError('invalid-argument', message).toBody());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
