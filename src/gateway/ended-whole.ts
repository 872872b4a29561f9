import type { Http2Stream } from 'node:http2';

/**
 * Whether the other side has ended its part of a stream, asked in the stream's `end` event: node:http2 emits that also when
 * the other side has reset the stream, with `NO_ERROR` even without another sign of it. Its own view of the stream tells:
 * it is closed on both sides by then, and only a reset closes it before what came has been read. A reset with `NO_ERROR`
 * that arrives while nobody reads cannot be told from an end.
 *
 * @param receivedBytes of the body. @param declaredBytes the Content-Length, where there is one.
 */
export function endedWhole(
  stream: Http2Stream,
  receivedBytes: number,
  declaredBytes: number | undefined,
): boolean {
  if (stream.rstCode !== 0) return false;
  if (declaredBytes !== undefined && receivedBytes < declaredBytes) return false;
  return !(stream.closed && stream.state.remoteClose === 1);
}
