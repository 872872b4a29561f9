import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { createVirtualClock } from '../../platform/virtual-clock.ts';
import { openExchange } from '../exchange.ts';
import { timeoutDefaults } from '../gateway-options.ts';
import { exchangeWithReplica } from './exchange-with-replica.ts';
import { createReplayBody } from './replay-body.ts';

test('a client that hung up before the attempt began: nothing is sent, and the attempt ends', async () => {
  const incoming = new IncomingMessage(new Socket());
  Object.assign(incoming, {
    method: 'GET',
    url: '/',
    headers: { host: 'shop' },
    rawHeaders: ['Host', 'shop'],
  });
  const outgoing = new ServerResponse(incoming);
  const exchange = openExchange(incoming, outgoing, 0);
  outgoing.destroy();
  const address = { kind: 'tcp', host: '127.0.0.1', port: 1 } as const;
  const outcome = await exchangeWithReplica(
    exchange,
    { id: 'replica-1', target: 'shop', address, state: 'ready', slots: 1 },
    createReplayBody(incoming, 0),
    { openCall: () => assert.fail('asked'), clock: createVirtualClock(), timeouts: timeoutDefaults },
  );
  assert.deepEqual(outcome, { kind: 'abandoned' });
});
