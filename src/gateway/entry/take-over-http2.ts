import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What every connection of HTTP/2 begins with. @see RFC 9113, 3.4 */
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** As node:http reports bytes that are no request. */
export interface RequestError extends Error {
  readonly code?: string | undefined;
  readonly rawPacket?: Buffer | undefined;
  readonly bytesParsed?: number | undefined;
}

/**
 * Takes a connection away from node:http when the client speaks HTTP/2 from its first byte on: node:http's parser knows the
 * preface and stops right after it. A client of HTTP/1.1 costs nothing this way, not even a look at its first bytes.
 *
 * @returns the socket, paused, and what has been read from it; null for anything else, also a preface after a request of
 * HTTP/1.1: who sends that would have us read what another has not.
 */
export function takeOverHttp2(error: RequestError, socket: Duplex): { socket: Socket; head: Buffer } | null {
  const { code, rawPacket, bytesParsed = 0 } = error;
  if (code !== 'HPE_PAUSED_H2_UPGRADE' || !rawPacket || !(socket instanceof Socket)) return null;
  const parsed = rawPacket.subarray(0, bytesParsed);
  const rest = rawPacket.subarray(bytesParsed);
  // The preface may come in pieces: what came before this packet was its beginning, or the parser had complained.
  const isFirst = socket.bytesRead === preface.length + rest.length;
  if (!isFirst || !preface.subarray(preface.length - parsed.length).equals(parsed)) return null;
  // With this node:http takes the connection for closed: it puts its parser away and watches no times any more.
  socket.emit('close');
  for (const event of socket.eventNames()) socket.removeAllListeners(event);
  // Only now: node:http would have stopped the reading, and nobody would start it again.
  socket.pause();
  // Until somebody else listens.
  socket.on('error', () => {});
  // An HTTP/1.1 client may wait for answers after its last request; one of HTTP/2 that ends its side has left.
  socket.allowHalfOpen = false;
  return { socket, head: Buffer.concat([preface, rest]) };
}
