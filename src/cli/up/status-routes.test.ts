import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScalingEvent, ScalingStatus } from '../../contract/scaling.ts';
import { createVirtualClock } from '../../platform/virtual-clock.ts';
import { statusRoutes, type StatusSource } from './status-routes.ts';

function fakeSource() {
  const listeners = new Set<(event: ScalingEvent) => void>();
  let atMs = 0;
  const source: StatusSource = {
    status: (): ScalingStatus => ({ atMs, targets: [] }),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const tell = (event: ScalingEvent): void => {
    atMs += 1;
    for (const listener of listeners) listener(event);
  };
  return { source, tell, listeners };
}

const decision: ScalingEvent = {
  type: 'decision',
  target: 'a',
  decision: {
    atMs: 1,
    kind: 'scale',
    from: 0,
    to: 1,
    reason: 'activation',
    explanation: 'One request arrived.',
  },
};

async function open(source: StatusSource, signal: AbortSignal) {
  const clock = createVirtualClock();
  const route = statusRoutes(source, clock).find(({ path }) => path === '/events');
  assert.ok(route);
  const context = { params: {}, url: new URL('http://x/events'), requestId: '1', signal, scope: null };
  const response = await route.handle(new Request('http://x/events'), context);
  const pieces = response.body?.[Symbol.asyncIterator]();
  assert.ok(pieces);
  const next = async (): Promise<string> =>
    new TextDecoder().decode((await pieces.next()).value as Uint8Array);
  return { clock, next };
}

test('a reader gets the present status, then decisions at once and statuses at a bounded rate', async () => {
  const { source, tell } = fakeSource();
  const { clock, next } = await open(source, new AbortController().signal);
  assert.match(await next(), /^event: status\ndata: .*"atMs":0/);
  tell(decision);
  tell({ type: 'status', status: source.status() });
  tell({ type: 'status', status: source.status() });
  assert.match(await next(), /^event: decision\ndata: .*One request arrived/);
  await clock.advance(100);
  assert.match(await next(), /^event: status\ndata: .*"atMs":3/);
  const silent = next();
  await clock.advance(15_000);
  assert.equal(await silent, ': still here\n\n');
});

test('a reader that hangs up, or reads nothing, is forgotten', async () => {
  const { source, tell, listeners } = fakeSource();
  const hangUp = new AbortController();
  await open(source, hangUp.signal);
  assert.equal(listeners.size, 1);
  hangUp.abort();
  assert.equal(listeners.size, 0);
  await open(source, new AbortController().signal);
  for (let index = 0; index < 500; index += 1) tell(decision);
  assert.equal(listeners.size, 0);
});
