import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError } from '../contract/app-error.ts';
import type { LoadReport, ReplicaAddress, ReplicaEndpoint } from '../contract/load.ts';
import type { IncomingRequest, OutgoingAnswer } from '../platform/http-exchange.ts';
import { addressOf, listenOn } from '../platform/http-server.ts';
import { createChain } from './chain.ts';
import { answerBrokenRequest } from './broken-request.ts';
import type { Http2Entry } from './entry/http2-entry.ts';
import { mayUpgrade } from './entry/may-upgrade.ts';
import { takeOverHttp2, type RequestError } from './entry/take-over-http2.ts';
import { openExchange, responseOnSocket, type Upgrade } from './exchange.ts';
import { createForwarder } from './forward/forwarder.ts';
import { createReplicaPool, type Slot } from './forward/replica-pool.ts';
import { holdDefaults, retryDefaults, timeoutDefaults, type GatewayOptions } from './gateway-options.ts';
import { createWaitingRoom } from './hold/waiting-room.ts';
import { createGatewayMetrics } from './meter/gateway-metrics.ts';
import { createLoadBook } from './meter/load-book.ts';
import type { LoadChange } from './meter/load-meter.ts';
import { refuse } from './refuse.ts';
import { createRouter } from './route/create-router.ts';
import { settleRoute } from './settle-route.ts';

/** The gate in front of the replicas: holds requests while no replica has a free slot, forwards them when one has. */
export interface Gateway extends AsyncDisposable {
  readonly address: ReplicaAddress;
  /** Demand on a scale target now. A target nobody has asked for has zeros. */
  load(target: string): LoadReport;
  /** The part of its scale target's demand that came by this route. */
  routeLoad(route: string): LoadReport;
  /** Called synchronously on each arrival (held, in flight or refused by then) and each end. @returns unsubscribes. */
  onLoadChange(listener: (target: string, change: LoadChange) => void): () => void;
  /** The whole list each time. Held requests are released at once when a slot appears. */
  setReplicas(target: string, replicas: readonly ReplicaEndpoint[]): void;
  /** Resolves when nothing is in flight on the replica; at once when it is unknown. @throws the signal's reason. */
  whenDrained(replicaId: string, signal?: AbortSignal): Promise<void>;
  /**
   * Refuses new connections and everything held, lets answers under way end for at most `graceMs`, then cuts the rest.
   * A second call waits for the first.
   */
  close(graceMs: number): Promise<void>;
}

/** A request head above this is answered with 431. */
const maxHeadBytes = 32 * 2 ** 10;

/** What is still there so long after it was cut loses its connection, in milliseconds. */
const lastResortMs = 1000;

/** Opens the gateway. @throws AppError `conflict` when the port is taken. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock, logger } = options;
  const hold = { ...holdDefaults, ...options.hold };
  const retry = { ...retryDefaults, ...options.retry };
  const timeouts = { ...timeoutDefaults, ...options.timeouts };

  const pool = createReplicaPool(clock, retry.asideMs);
  const room = createWaitingRoom<Slot>(
    pool,
    {
      perTarget: { maxPending: hold.maxPending, maxPendingBytes: hold.maxPendingBytes },
      total: { maxPending: hold.maxPendingTotal, maxPendingBytes: hold.maxPendingBytesTotal },
      timeoutMs: hold.timeoutMs,
    },
    clock,
  );
  const load = createLoadBook(
    options.routes,
    { pending: room.pending, inFlight: pool.inFlight, inFlightByReplica: pool.inFlightByReplica },
    clock,
    (error) => logger.error({ event: 'load-listener-failed', error }),
    hold.timeoutMs,
  );
  pool.onFree((target) => {
    room.slotsFreed(target);
    if (pool.freeSlots(target) > 0) load.slotFree(target);
  });
  const targets = [...new Set(options.routes.map(({ target }) => target))];
  const metrics = createGatewayMetrics(options.metrics, targets, {
    pending: room.pending,
    inFlight: pool.inFlight,
  });
  const forwarder = createForwarder({ pool, clock, logger, retry, retried: metrics.retried });
  const route = createRouter(options.routes.map((each) => settleRoute(each, hold, timeouts, options.routes)));
  const local = options.local ?? (() => null);
  const admit = options.admit ?? (() => {});
  const chain = createChain({ local, admit, route, load, metrics, room, pool, forwarder, clock, logger });

  const open = new Set<OutgoingAnswer>();
  let closing: Promise<void> | null = null;
  let allEnded = (): void => {};

  const enter = async (
    incoming: IncomingRequest,
    outgoing: OutgoingAnswer,
    upgrade: Upgrade | null,
  ): Promise<void> => {
    open.add(outgoing);
    // A client that goes away while it is written to is no event: `close` says all.
    outgoing.on('error', () => {});
    outgoing.once('close', () => {
      open.delete(outgoing);
      if (closing) server.closeIdleConnections();
      if (open.size === 0) allEnded();
    });
    try {
      const exchange = openExchange(incoming, outgoing, clock.monotonic(), upgrade);
      exchange.tellsColdStart = options.coldStartHeader ?? true;
      await chain(exchange);
    } catch (error) {
      refuse(outgoing, AppError.from(error), null);
    }
  };

  const server = createServer({
    maxHeaderSize: maxHeadBytes,
    headersTimeout: timeouts.requestHeadersMs,
    keepAliveTimeout: timeouts.idleConnectionMs,
    // A held upload or a long one is not a stuck client; only its head has a deadline.
    requestTimeout: 0,
    connectionsCheckingInterval: Math.min(5000, timeouts.requestHeadersMs),
    noDelay: true,
    shouldUpgradeCallback: mayUpgrade,
  });
  // Bounded by the size of the head; above a bound on their number node:http would drop the rest without a word.
  server.maxHeadersCount = 0;
  const enterPlain = (incoming: IncomingRequest, outgoing: OutgoingAnswer): void =>
    void enter(incoming, outgoing, null);
  server.on('request', enterPlain);
  server.on('checkContinue', enterPlain);
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => {});
    void enter(incoming, responseOnSocket(incoming, socket), {
      socket,
      head,
      unwatch: new AbortController(),
    });
  });
  let http2: Promise<Http2Entry> | null = null;
  const acceptHttp2 = async ({
    socket,
    head,
  }: NonNullable<ReturnType<typeof takeOverHttp2>>): Promise<void> => {
    // Loaded with the first such client: most gateways never see one.
    http2 ??= import('./entry/http2-entry.ts').then(({ createHttp2Entry }) =>
      createHttp2Entry({
        clock,
        enter: enterPlain,
        maxHeadBytes,
        idleConnectionMs: timeouts.idleConnectionMs,
      }),
    );
    const entry = await http2;
    if (closing) socket.destroy();
    else entry.accept(socket, head);
  };
  server.on('clientError', (error: RequestError, socket: Duplex) => {
    const taken = takeOverHttp2(error, socket);
    if (taken) void acceptHttp2(taken);
    else answerBrokenRequest(error, socket);
  });
  await listenOn(server, options.listen);
  // For example no file descriptor left for a new connection: the open ones must live on.
  server.on('error', (error) => logger.error({ event: 'listener-failed', error }));

  const close = async (graceMs: number): Promise<void> => {
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const entry = http2 && (await http2);
    entry?.close();
    room.close();
    const ended = new Promise<void>((resolve) => {
      allEnded = resolve;
      if (open.size === 0) resolve();
    });
    const cut = (): void => {
      for (const outgoing of open) outgoing.destroy();
    };
    const cancelCut = clock.schedule(graceMs, cut);
    // A stream whose connection takes nothing more cannot be cut alone.
    const cancelDestroy = clock.schedule(graceMs + lastResortMs, () => entry?.destroy());
    await ended;
    cancelCut();
    cancelDestroy();
    server.closeAllConnections();
    entry?.destroy();
    await stopped;
    forwarder.close();
    pool.close();
  };
  const closeOnce = (graceMs: number): Promise<void> => (closing ??= close(graceMs));

  return {
    address: addressOf(server),
    load: load.ofTarget,
    routeLoad: load.ofRoute,
    onLoadChange: load.subscribe,
    setReplicas: pool.setReplicas,
    whenDrained: pool.whenDrained,
    close: closeOnce,
    [Symbol.asyncDispose]: () => closeOnce(0),
  };
}
