import { request, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ReplicaEndpoint } from '../../contract/load.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Exchange, Upgrade } from '../exchange.ts';
import type { TimeoutOptions } from '../gateway-options.ts';
import { limited, untilDeadline, type AttemptOutcome } from './exchange-with-replica.ts';
import { addressOptions } from './http1-call.ts';
import type { AttemptFailure } from './may-retry.ts';
import { requestHeaders, responseHeaders } from './message-headers.ts';

/**
 * Passes an upgrade on (WebSocket or any other protocol) and joins the two sockets once the replica agrees. In flight until
 * both sides have closed. A replica that declines answers as to any request. Never rejects.
 */
export function tunnel(
  exchange: Exchange,
  upgrade: Upgrade,
  replica: ReplicaEndpoint,
  clock: Clock,
  timeouts: TimeoutOptions,
): Promise<AttemptOutcome> {
  const { outgoing } = exchange;
  const { socket: client, head, unwatch } = upgrade;
  unwatch.abort();
  return new Promise((resolve) => {
    let connected = false;
    let over = false;
    // Its own connection: a tunnel never goes back to the pool.
    const upstream = request({
      ...addressOptions(replica.address),
      agent: false,
      method: exchange.method,
      path: exchange.path,
      headers: requestHeaders(exchange),
    });
    const finish = (outcome: AttemptOutcome): void => {
      if (over) return;
      over = true;
      cancelTimer();
      cancelDeadline();
      outgoing.off('close', hungUp);
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
    const cancelTimer = limited(clock, timeouts.responseHeaderMs, () =>
      fail('too-slow', new Error(`no answer to the upgrade after ${timeouts.responseHeaderMs} ms`)),
    );
    const cancelDeadline = untilDeadline(exchange, clock, (error) => {
      if (outgoing.statusCode === 101 || outgoing.headersSent) {
        finish({ kind: 'cut', error });
        upstream.destroy();
        client.destroy();
      } else fail('past-deadline', error);
    });

    outgoing.on('close', hungUp);
    upstream.on('socket', (socket) => {
      socket.once('connect', () => {
        connected = true;
      });
    });
    upstream.on('error', (error) => fail(connected ? 'no-answer' : 'not-connected', error));
    upstream.on('upgrade', (answer, server, serverHead) => {
      cancelTimer();
      // From here on a closing client is the normal end.
      outgoing.off('close', hungUp);
      outgoing.statusCode = 101;
      // As node:http reads and writes heads: a byte is a character.
      client.write(headOf(answer, exchange, replica.id), 'latin1');
      if (serverHead.length > 0) client.write(serverHead);
      if (head.length > 0) server.write(head);
      void join(client, server).then(() => finish({ kind: 'answered' }));
    });
    upstream.on('response', (answer) => {
      cancelTimer();
      try {
        const headers = responseHeaders(headOfAnswer(answer), exchange, replica.id);
        outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', headers);
      } catch (error) {
        fail('bad-answer', error);
        return;
      }
      answer.on('error', (error) => {
        finish({ kind: 'cut', error });
        outgoing.destroy();
        client.destroy();
      });
      answer.on('end', () => {
        finish({ kind: 'answered' });
        outgoing.end();
      });
      answer.on('data', (piece: Buffer) => {
        if (!outgoing.write(piece)) answer.pause();
      });
      outgoing.on('drain', () => answer.resume());
    });
    upstream.end();
  });
}

const headOfAnswer = ({ statusCode, rawHeaders, headers }: IncomingMessage) => ({
  status: statusCode ?? 502,
  rawHeaders,
  connection: headers.connection,
});

/** The 101 by hand: node:http has no way to send one with headers of others on a socket it has given away. */
function headOf(answer: IncomingMessage, exchange: Exchange, replicaId: string): string {
  const headers = responseHeaders(headOfAnswer(answer), exchange, replicaId);
  headers.push('Connection', 'Upgrade', 'Upgrade', answer.headers.upgrade ?? '');
  let text = `HTTP/1.1 101 ${answer.statusMessage ?? 'Switching Protocols'}\r\n`;
  for (let index = 0; index + 1 < headers.length; index += 2) {
    text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  }
  return `${text}\r\n`;
}

/** Passes bytes and half-closes both ways; when one side breaks, the other is cut. Resolves when both are closed. */
function join(a: Duplex, b: Duplex): Promise<void> {
  return new Promise((resolve) => {
    let open = 2;
    const pass = (from: Duplex, to: Duplex): void => {
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        // `end` has been passed on by the pipe; this is for a side that broke.
        if (from.readableEnded) to.end();
        else to.destroy();
        open -= 1;
        if (open === 0) resolve();
      });
    };
    pass(a, b);
    pass(b, a);
  });
}
