import type { Http2Stream } from 'node:http2';

/**
 * Resets a stream, in the next turn of the loop: reset with CANCEL inside an event of the same session, a stream that waits
 * for its trailers ends the whole process with a failed assertion (Node 26.10, `Http2Stream::OnTrailers`).
 */
export function resetStream(stream: Http2Stream, code: number): void {
  setImmediate(() => {
    // Closed by the other side: what it sent and nobody reads would keep the stream for ever.
    if (stream.closed) stream.destroy();
    else stream.close(code);
  });
}
