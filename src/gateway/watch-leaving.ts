import type { Http2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Clock } from '../platform/clock.ts';

/** Whoever takes not one byte in this time, in milliseconds, is taken to be gone. */
const lookMs = 30_000;

/**
 * Watches a session whose other end has said GOAWAY. When it then breaks a rule, node:http2 (Node 26.10) sends and reads
 * nothing more, so that neither the end of the connection nor that of a stream is ever seen. A ping cannot tell: a session
 * that is closing takes none. Another GOAWAY of our own is allowed at any time, and does not leave then.
 *
 * @param gone called when nothing has left for 30 s though something was to be sent. @returns stops watching.
 */
export function watchLeaving(
  session: Http2Session,
  socket: Socket,
  clock: Clock,
  gone: () => void,
): () => void {
  let cancel = (): void => {};
  let sentBefore = -1;
  const look = (): void => {
    if (session.destroyed) return;
    if (socket.bytesWritten === sentBefore) {
      gone();
      return;
    }
    sentBefore = socket.bytesWritten;
    session.goaway();
    cancel = clock.schedule(lookMs, look, { background: true });
  };
  cancel = clock.schedule(lookMs, look, { background: true });
  return () => cancel();
}
