import type { ReplicaEndpoint } from '../../contract/load.ts';
import type { Clock } from '../../platform/clock.ts';
import { hasBody, type Exchange } from '../exchange.ts';
import type { TimeoutOptions } from '../gateway-options.ts';
import type { AttemptFailure } from './may-retry.ts';
import { responseHeaders } from './message-headers.ts';
import { trailersToPassOn } from './message-trailers.ts';
import type { ReplayBody } from './replay-body.ts';
import type { OpenCall, UpstreamAnswer } from './upstream-call.ts';

export type AttemptOutcome =
  | AttemptFailure
  | { readonly kind: 'answered' }
  /** The replica stopped in the middle of its answer; the client's connection has been cut, so that it can tell. */
  | { readonly kind: 'cut'; readonly error: unknown }
  /** The client hung up. */
  | { readonly kind: 'abandoned' };

export interface AttemptTools {
  /** By HTTP/1.1 or HTTP/2. */
  readonly openCall: OpenCall;
  readonly clock: Clock;
  readonly timeouts: TimeoutOptions;
}

/** A replica that ignores `Expect` must not keep the client waiting for `100 Continue`: after this the gateway says it. */
const continueAfterMs = 1000;

/** Calls `over` after so long; with 0 or no end, never. @returns calls it off. */
export function limited(clock: Clock, afterMs: number, over: () => void): () => void {
  if (afterMs === 0 || afterMs === Infinity) return () => {};
  return clock.schedule(afterMs, over, { background: true });
}

/** Calls `over` when the answer had to be complete. @returns calls it off. */
export function untilDeadline(
  { arrivedMs, deadlineMs }: Exchange,
  clock: Clock,
  over: (error: Error) => void,
): () => void {
  return limited(clock, Math.max(1, deadlineMs - clock.monotonic()), () =>
    over(new Error(`the answer was not complete ${deadlineMs - arrivedMs} ms after the request arrived`)),
  );
}

const isGrpc = ({ incoming }: Exchange): boolean =>
  incoming.headers['content-type']?.startsWith('application/grpc') === true;

/**
 * Sends one request to one replica and streams its answer back, both at the pace of the slower side. Resolves when the
 * replica has finished, so that its slot is free while a slow client still reads the rest from our buffer. Rejects only
 * when the request cannot be sent at all.
 */
export function exchangeWithReplica(
  exchange: Exchange,
  replica: ReplicaEndpoint,
  body: ReplayBody,
  { openCall, clock, timeouts }: AttemptTools,
): Promise<AttemptOutcome> {
  const { incoming, outgoing } = exchange;
  return new Promise((resolve) => {
    // Its `close` is over, and nothing else would ever end the attempt.
    if (outgoing.destroyed) {
      resolve({ kind: 'abandoned' });
      return;
    }
    let stage: 'connecting' | 'asking' | 'answering' | 'over' = 'connecting';

    const finish = (outcome: AttemptOutcome): void => {
      if (stage === 'over') return;
      stage = 'over';
      cancelHeaderTimer();
      cancelSideTimer();
      cancelDeadline();
      outgoing.off('close', hungUp);
      outgoing.off('drain', resumeAnswer);
      body.detach();
      resolve(outcome);
    };
    const fail = (reason: AttemptFailure['reason'], error: unknown): void => {
      finish({ kind: 'failed', reason, error });
      upstream.destroy();
    };
    const hungUp = (): void => {
      finish({ kind: 'abandoned' });
      upstream.destroy();
    };
    const late = (what: string, afterMs: number): Error => new Error(`${what} after ${afterMs} ms`);
    let answer: UpstreamAnswer | null = null;
    const resumeAnswer = (): void => void answer?.body.resume();

    let cancelSideTimer = (): void => {};

    const sendBody = (): void => {
      cancelSideTimer();
      if (exchange.expectsContinue) outgoing.writeContinue();
      body.sendTo(upstream);
      watchBody();
    };
    const watchBody = (): void => {
      // A stream of gRPC may rest for hours before its first message is answered.
      if (isGrpc(exchange)) return;
      const before = body.bytesRead;
      const look = (): void => {
        if (!body.awaited || body.bytesRead > before) watchBody();
        else fail('silent-client', late('no more body', timeouts.requestBodyIdleMs));
      };
      cancelSideTimer = clock.schedule(timeouts.requestBodyIdleMs, look, { background: true });
    };
    const connected = (): void => {
      if (stage !== 'connecting') return;
      stage = 'asking';
      cancelSideTimer();
      if (!hasBody(incoming)) upstream.end();
      else {
        upstream.flushHeaders();
        if (!exchange.expectsContinue) sendBody();
        else cancelSideTimer = clock.schedule(continueAfterMs, sendBody, { background: true });
      }
    };

    const cut = (error: unknown): void => {
      if (stage !== 'answering') return;
      finish({ kind: 'cut', error });
      upstream.destroy();
      outgoing.destroy();
    };
    const answered = (received: UpstreamAnswer): void => {
      if (stage === 'over') return;
      const headers = responseHeaders(received, exchange, replica.id);
      // The client may still send the body it was never asked for: only a new connection is unambiguous then.
      const bodyUnasked = exchange.expectsContinue && !incoming.complete && !upstream.writableEnded;
      if (bodyUnasked) headers.push('Connection', 'close');
      try {
        outgoing.writeHead(received.status, received.message, headers);
      } catch (error) {
        fail('bad-answer', error);
        return;
      }
      stage = 'answering';
      answer = received;
      cancelHeaderTimer();
      cancelSideTimer();
      body.forget();
      streamBack(received);
    };
    const streamBack = ({ body: received, trailers, isWhole }: UpstreamAnswer): void => {
      let begun = false;
      received.on('data', (chunk: Buffer) => {
        begun = true;
        if (!outgoing.write(chunk)) received.pause();
      });
      received.on('end', () => {
        begun = true;
        if (!isWhole()) {
          cut(new Error('the replica let go in the middle of its answer'));
          return;
        }
        const sent = trailers();
        if (sent.length > 0) outgoing.addTrailers(trailersToPassOn(sent));
        const unread = !incoming.complete;
        finish({ kind: 'answered' });
        outgoing.end();
        // Answered before the whole body came: the rest is read and thrown away, or the client could not see the answer.
        if (unread) incoming.resume();
        if (!upstream.writableFinished) upstream.destroy();
      });
      received.on('error', cut);
      received.on('close', () => cut(new Error('the replica closed the connection')));
      // The head waits one turn of the loop for the first piece, so that a short answer is one packet and not two.
      setImmediate(() => {
        if (!begun && !outgoing.destroyed) outgoing.flushHeaders();
      });
    };

    // First of all: what cannot be sent at all throws here.
    const upstream = openCall(exchange, replica.address, {
      connecting: () => {
        cancelSideTimer = clock.schedule(
          timeouts.connectMs,
          () => fail('not-connected', late('no connection', timeouts.connectMs)),
          { background: true },
        );
      },
      connected,
      continued: () => {
        if (stage === 'asking' && exchange.expectsContinue) sendBody();
      },
      answered,
      failed: (error, untouched) => {
        cut(error);
        const unanswered = stage === 'connecting' ? 'not-connected' : 'no-answer';
        fail(untouched ? 'not-begun' : unanswered, error);
      },
    });
    outgoing.on('close', hungUp);
    outgoing.on('drain', resumeAnswer);
    const cancelHeaderTimer = limited(clock, timeouts.responseHeaderMs, () =>
      fail('too-slow', late('no response head', timeouts.responseHeaderMs)),
    );
    const cancelDeadline = untilDeadline(exchange, clock, (error) => {
      cut(error);
      fail('past-deadline', error);
    });
  });
}
