import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';
import type { ReplicaAddress } from '../../contract/load.ts';
import type { Clock } from '../../platform/clock.ts';
import { http2Leniency } from '../headers-over-http2.ts';
import { watchLeaving } from '../watch-leaving.ts';

/** The right to open one stream on a session. */
export interface SessionLease {
  readonly session: ClientHttp2Session;
  /** Whether the replica has said that it did not begin with the stream. A stream that was never sent has no number. */
  readonly isUntouched: (streamId: number | undefined) => boolean;
  /** The replica did not answer: asks whether the connection is alive, and ends it when it is not. */
  readonly suspect: () => void;
  /** The stream is closed; a second call does nothing. */
  readonly release: () => void;
}

export interface ReplicaSessions {
  /** On a session with room for one stream more, connected or connecting; opened when there is none. */
  readonly lease: (address: ReplicaAddress) => SessionLease;
  readonly close: () => void;
}

interface Kept {
  readonly session: ClientHttp2Session;
  streams: number;
  /** Streams that the replica takes at a time. */
  maxStreams: number;
  /** The last stream that it has looked at, once it is about to close. */
  lastStreamId: number;
  isAsked: boolean;
  cancelIdle: () => void;
}

/** Nothing is said until a server's settings have come; RFC 9113 asks servers to take no fewer. */
const usualMaxStreams = 100;

/** A connection whose other end does not answer a ping in this time leads nowhere. */
const pingMs = 5000;

function askIfAlive(kept: Kept, clock: Clock): void {
  const { session } = kept;
  if (kept.isAsked || session.connecting || session.destroyed) return;
  kept.isAsked = true;
  // With an error: an answer in the middle must not look like a whole one.
  const lost = (): void => session.destroy(new Error('the replica does not answer a ping'));
  const cancel = clock.schedule(pingMs, lost, { background: true });
  session.ping(() => {
    cancel();
    kept.isAsked = false;
  });
}

/** One kept session per replica; a second only where the replica takes no more streams on the first. */
export function createReplicaSessions(clock: Clock, idleMs: number): ReplicaSessions {
  const byAddress = new Map<string, Set<Kept>>();
  const all = new Map<ClientHttp2Session, Socket>();

  const open = (address: ReplicaAddress, key: string): Kept => {
    const socket =
      address.kind === 'unix'
        ? connect({ path: address.path })
        : connect({ host: address.host, port: address.port });
    const session = connectHttp2('http://replica', {
      ...http2Leniency,
      createConnection: () => socket,
      settings: { enablePush: false },
    });
    const kept: Kept = {
      session,
      streams: 0,
      maxStreams: usualMaxStreams,
      lastStreamId: Infinity,
      isAsked: false,
      cancelIdle: () => {},
    };
    const forget = (): void => {
      kept.cancelIdle();
      const sessions = byAddress.get(key);
      sessions?.delete(kept);
      if (sessions?.size === 0) byAddress.delete(key);
    };
    let stopWatching = (): void => {};
    // Any number of streams may wait for the connection.
    session.setMaxListeners(0);
    session.on('remoteSettings', ({ maxConcurrentStreams }) => {
      kept.maxStreams = Math.max(1, maxConcurrentStreams ?? Infinity);
    });
    session.on('goaway', (_code, lastStreamId) => {
      kept.lastStreamId = lastStreamId;
      forget();
    });
    session.once('goaway', () => {
      stopWatching = watchLeaving(session, socket, clock, () => {
        session.destroy(new Error('the replica takes nothing more'));
        socket.destroy();
      });
    });
    // Whoever has a stream learns of it by the stream.
    session.on('error', () => {});
    session.once('close', () => {
      stopWatching();
      all.delete(session);
      forget();
    });
    all.set(session, socket);
    const sessions = byAddress.get(key) ?? new Set();
    byAddress.set(key, sessions.add(kept));
    return kept;
  };

  const lease = (address: ReplicaAddress): SessionLease => {
    const key = address.kind === 'unix' ? address.path : `${address.host}:${address.port}`;
    const free = [...(byAddress.get(key) ?? [])].find(
      ({ session, streams, maxStreams }) => !session.closed && !session.destroyed && streams < maxStreams,
    );
    const kept = free ?? open(address, key);
    const { session } = kept;
    kept.cancelIdle();
    kept.streams += 1;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      kept.streams -= 1;
      if (kept.streams > 0 || session.destroyed) return;
      // A connection that is still being made, and nobody waits for it.
      if (session.connecting) session.destroy();
      else kept.cancelIdle = clock.schedule(idleMs, () => session.close(), { background: true });
    };
    return {
      session,
      isUntouched: (id) => id === undefined || id > kept.lastStreamId,
      suspect: () => askIfAlive(kept, clock),
      release,
    };
  };

  return {
    lease,
    close: () => {
      for (const [session, socket] of all) {
        session.destroy();
        // One that was closing already would wait for the replica to close too.
        socket.destroy();
      }
    },
  };
}
