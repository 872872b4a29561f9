import { Agent } from 'node:http';
import { AppError } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Exchange } from '../exchange.ts';
import type { RetryOptions, TimeoutOptions } from '../gateway-options.ts';
import type { Protocol } from '../route/route.ts';
import type { SettledRoute } from '../settle-route.ts';
import { exchangeWithReplica, type AttemptOutcome } from './exchange-with-replica.ts';
import { createHttp1Caller } from './http1-call.ts';
import { mayRetry, type AttemptFailure } from './may-retry.ts';
import { createReplayBody, type ReplayBody } from './replay-body.ts';
import type { ReplicaPool, Slot } from './replica-pool.ts';
import { tunnel } from './tunnel.ts';
import type { OpenCall } from './upstream-call.ts';

/** One request's attempts. */
export interface Delivery {
  /**
   * Sends the request to the slot's replica and gives the slot back.
   *
   * @param protocol what the replica speaks. @defaultValue as the route says
   * @returns true when the request has ended (answered, cut or abandoned), false when it should be sent again.
   * @throws AppError `upstream-failed` or `deadline-exceeded` when there is no answer and trying again is not safe.
   */
  attempt(slot: Slot, protocol?: Protocol): Promise<boolean>;
}

export interface Forwarder {
  deliver(exchange: Exchange, route: Pick<SettledRoute, 'target' | 'limits' | 'protocol'>): Delivery;
  close(): void;
}

export interface ForwarderTools {
  readonly pool: ReplicaPool;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly retry: RetryOptions;
  readonly retried: (target: string, reason: string) => void;
}

/**
 * A kept connection is thrown away after one idle second: shorter than any server's own limit (gunicorn's is 2 s and is not
 * announced), so that a request hardly ever meets a connection that is just being closed, which for POST would be a 502.
 */
const idleUpstreamMs = 1000;

export function createForwarder(tools: ForwarderTools): Forwarder {
  const { pool, clock, logger, retry } = tools;
  const agent = new Agent({ keepAlive: true, timeout: idleUpstreamMs, scheduling: 'lifo' });
  const callHttp1 = createHttp1Caller(agent);
  let http2: Promise<Http2Upstream> | null = null;

  const send = (
    exchange: Exchange,
    { replica }: Slot,
    protocol: Protocol,
    body: ReplayBody,
    timeouts: TimeoutOptions,
  ): Promise<AttemptOutcome> => {
    // A switch of protocols is a matter of HTTP/1.1 alone.
    if (exchange.upgrade) return tunnel(exchange, exchange.upgrade, replica, clock, timeouts);
    const by = (openCall: OpenCall): Promise<AttemptOutcome> =>
      exchangeWithReplica(exchange, replica, body, { openCall, clock, timeouts });
    if (protocol === 'http/1.1') return by(callHttp1);
    http2 ??= openHttp2(clock);
    return http2.then(({ openCall }) => by(openCall));
  };

  return {
    deliver: (exchange, { target, limits, protocol: usual = 'http/1.1' }) => {
      const body = createReplayBody(exchange.incoming, retry.maxReplayBytes);
      let attempts = 0;
      const attempt = async (slot: Slot, protocol: Protocol): Promise<boolean> => {
        const { id } = slot.replica;
        const about = { target, replica: id, requestId: exchange.requestId };
        const fromMs = clock.monotonic();
        const outcome = await send(exchange, slot, protocol, body, limits);
        switch (outcome.kind) {
          case 'answered':
            pool.reinstate(id);
            return true;
          case 'abandoned':
            return true;
          case 'cut':
            logger.warn({ event: 'answer-cut', ...about, error: outcome.error });
            return true;
          case 'failed': {
            if (outcome.reason === 'not-connected') pool.putAside(id);
            else {
              attempts += 1;
              exchange.waitingSinceMs += clock.monotonic() - fromMs;
            }
            const again = mayRetry(outcome, {
              method: exchange.method,
              hasKey: exchange.incoming.headers['idempotency-key'] !== undefined,
              replayable: body.replayable,
              attempts,
              maxAttempts: retry.maxAttempts,
            });
            if (!again) throw failureOf(outcome, target, id, limits);
            tools.retried(target, outcome.reason);
            logger.debug({ event: 'attempt-failed', ...about, reason: outcome.reason, error: outcome.error });
            return false;
          }
        }
      };
      return {
        attempt: async (slot, protocol = usual) => {
          try {
            return await attempt(slot, protocol);
          } finally {
            slot.release();
          }
        },
      };
    },
    close: () => {
      agent.destroy();
      void http2?.then(({ close }) => close());
    },
  };
}

interface Http2Upstream {
  readonly openCall: OpenCall;
  readonly close: () => void;
}

/** HTTP/2 closes a connection without a request being lost, so that it may be kept longer; and yet a stopping replica should not wait for us. */
const idleSessionMs = 5000;

/** Loaded when the first replica speaks it: most never do. */
async function openHttp2(clock: Clock): Promise<Http2Upstream> {
  const [{ createHttp2Caller }, { createReplicaSessions }] = await Promise.all([
    import('./http2-call.ts'),
    import('./replica-sessions.ts'),
  ]);
  const sessions = createReplicaSessions(clock, idleSessionMs);
  return { openCall: createHttp2Caller(sessions), close: sessions.close };
}

function failureOf(
  { reason, error }: AttemptFailure,
  target: string,
  replicaId: string,
  { responseHeaderMs, requestBodyIdleMs }: TimeoutOptions,
): AppError {
  const options = { cause: error, details: { reason, replica: replicaId } };
  if (reason === 'too-slow') {
    return new AppError(
      'deadline-exceeded',
      `Replica ${replicaId} of ${target} sent no response head within ${responseHeaderMs} ms.`,
      options,
    );
  }
  if (reason === 'past-deadline') {
    return new AppError(
      'deadline-exceeded',
      `Replica ${replicaId} of ${target} did not answer within the time that its route allows a request.`,
      options,
    );
  }
  if (reason === 'silent-client') {
    return new AppError(
      'invalid-argument',
      `Expected the rest of the request body, received nothing for ${requestBodyIdleMs} ms. Send it again.`,
      options,
    );
  }
  if (reason === 'not-begun') {
    return new AppError(
      'upstream-failed',
      `Replica ${replicaId} of ${target} took none of several attempts. Send the request again later.`,
      options,
    );
  }
  if (reason === 'bad-answer') {
    return new AppError(
      'upstream-failed',
      `Replica ${replicaId} of ${target} sent a response head that cannot be passed on; the log says what.`,
      options,
    );
  }
  return new AppError(
    'upstream-failed',
    `Replica ${replicaId} of ${target} ended the connection before it answered, and the request cannot safely be sent twice. Send it again, or give it an Idempotency-Key so that the gateway may.`,
    options,
  );
}
