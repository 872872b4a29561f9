import { randomUUID } from 'node:crypto';
import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '../contract/app-error.ts';
import { requestIdHeader } from '../contract/headers.ts';
import type { IncomingRequest, OutgoingAnswer } from '../platform/http-exchange.ts';
import { isAuthority } from '../platform/is-authority.ts';

/** One request on its way through the gateway. */
export interface Exchange {
  readonly incoming: IncomingRequest;
  /** Where the answer goes; for an upgrade, a response on the raw socket. */
  readonly outgoing: OutgoingAnswer;
  /** Set when the client asks to switch protocols. */
  readonly upgrade: Upgrade | null;
  /** The client's own id where it is sane, else a new one. */
  readonly requestId: string;
  readonly method: string;
  /** Host and port as asked for. */
  readonly authority: string;
  /** Path and query string as received. */
  readonly path: string;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
  /** Monotonic. */
  readonly arrivedMs: number;
  /** Monotonic: its place in the waiting room. Its arrival, moved on by the time that replicas spent on it in vain. */
  waitingSinceMs: number;
  /** Total time in the waiting room so far. */
  heldMs: number;
  /** Whether it waited while no replica was ready. */
  coldStart: boolean;
  /** Whether the answer says so. */
  tellsColdStart: boolean;
  /** Monotonic: when its answer must be complete. */
  deadlineMs: number;
  /** Aborts when the client hangs up before the answer is complete. Made on first use: most requests never wait. */
  readonly signal: AbortSignal;
}

export interface Upgrade {
  readonly socket: Duplex;
  /** The bytes that came with the request head. */
  readonly head: Buffer;
  /** Stops watching the socket for its end, so that it can be read; called before it is joined to a replica. */
  readonly unwatch: AbortController;
}

const saneId = /^[\w.:+/=@-]{1,128}$/;

/**
 * Opens an exchange.
 *
 * @throws AppError `invalid-argument` for a request target that is neither a path nor an http URL, and for two Host headers
 * or one that names no host (which replica would read which?); `unsupported` for a transfer coding other than `chunked`.
 */
export function openExchange(
  incoming: IncomingRequest,
  outgoing: OutgoingAnswer,
  arrivedMs: number,
  upgrade: Upgrade | null = null,
): Exchange {
  const { authority, path } = whereTo(incoming);
  const sentId = incoming.headers[requestIdHeader];
  let signal: AbortSignal | undefined;
  return {
    incoming,
    outgoing,
    upgrade,
    requestId: typeof sentId === 'string' && saneId.test(sentId) ? sentId : randomUUID(),
    method: incoming.method ?? 'GET',
    authority,
    path,
    expectsContinue: incoming.headers.expect?.toLowerCase() === '100-continue',
    arrivedMs,
    waitingSinceMs: arrivedMs,
    heldMs: 0,
    coldStart: false,
    tellsColdStart: true,
    deadlineMs: Infinity,
    get signal() {
      signal ??= hangUpSignal(outgoing, upgrade);
      return signal;
    },
  };
}

/** A response for a socket that node:http has let go of, so that refusing an upgrade is an answer like any other. */
export function responseOnSocket(incoming: IncomingMessage, socket: Duplex): ServerResponse {
  const outgoing = new ServerResponse(incoming);
  outgoing.shouldKeepAlive = false;
  // @ts-expect-error the types ask for a net.Socket; a Duplex has all that is used, and `upgrade` gives nothing else.
  outgoing.assignSocket(socket);
  outgoing.once('finish', () => socket.end());
  return outgoing;
}

/** Body bytes that node:http may have read ahead of a request that nobody reads: at most its buffer of 64 KiB. */
export function bytesInMemory(exchange: Exchange): number {
  if (!hasBody(exchange.incoming) || exchange.expectsContinue) return 0;
  const declared = exchange.incoming.headers['content-length'];
  return declared === undefined ? readAheadBytes : Math.min(Number(declared), readAheadBytes);
}

const readAheadBytes = 64 * 2 ** 10;

export function hasBody({ headers }: Pick<IncomingRequest, 'headers'>): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && Number(length) > 0);
}

function whereTo(incoming: IncomingRequest): { authority: string; path: string } {
  const asked = incoming.url ?? '/';
  const host = incoming.headers.host ?? '';
  const hosts = countOf(incoming.rawHeaders, 'host');
  if (hosts > 1) {
    throw new AppError('invalid-argument', `Expected one Host header, received ${hosts}.`, {
      param: 'host',
    });
  }
  if (!isAuthority(host)) {
    throw new AppError(
      'invalid-argument',
      `Expected a host in the Host header, received ${JSON.stringify(host)}.`,
      {
        param: 'host',
      },
    );
  }
  const coding = incoming.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    throw new AppError('unsupported', `Expected the transfer coding "chunked", received "${coding}".`, {
      param: 'transfer-encoding',
    });
  }
  if (asked.startsWith('/') || asked === '*') return { authority: host, path: asked };
  // The absolute form names the host itself, and wins over the header (RFC 9112, 3.2.2).
  const absolute = /^https?:\/\/([^/?#@]+)([/?].*)?$/i.exec(asked);
  if (!absolute) {
    throw new AppError('invalid-argument', 'The request line must name a path or an http URL.');
  }
  const rest = absolute[2] ?? '/';
  return { authority: absolute[1] ?? '', path: rest.startsWith('/') ? rest : `/${rest}` };
}

/** @param raw names and values in turns. @param wanted in lower case. */
function countOf(raw: readonly string[], wanted: string): number {
  let count = 0;
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index] ?? '';
    if (name.length === wanted.length && name.toLowerCase() === wanted) count += 1;
  }
  return count;
}

function hangUpSignal(outgoing: OutgoingAnswer, upgrade: Upgrade | null): AbortSignal {
  const controller = new AbortController();
  const hungUp = (): void => {
    if (!outgoing.writableFinished) controller.abort(new AppError('cancelled', 'The client hung up.'));
  };
  if (outgoing.destroyed || outgoing.closed) hungUp();
  outgoing.once('close', hungUp);
  if (upgrade) watchRaw(upgrade, hungUp);
  return controller.signal;
}

/** After an upgrade request nobody reads the socket, so that its end would go unseen; `readable` with nothing to read is the end. */
function watchRaw({ socket, unwatch }: Upgrade, hungUp: () => void): void {
  const look = (): void => {
    if (socket.readableLength === 0) hungUp();
  };
  socket.on('readable', look);
  unwatch.signal.addEventListener('abort', () => socket.off('readable', look), { once: true });
}
