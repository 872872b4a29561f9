import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { ask, startGateway, startReplica, until } from './gateway-fixture.ts';

/** Park and Miller's generator: the same story each run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

test('whatever clients and replicas do, every request ends once and every count returns to zero', async () => {
  const random = seeded(20_261_123);
  const moody: RequestListener = (incoming, response) => {
    incoming.on('error', () => {});
    const mood = random(10);
    if (mood === 0) incoming.socket.destroy();
    else if (mood === 1) {
      response.write('half');
      setImmediate(() => response.destroy());
    } else if (mood === 2) response.writeHead(413).end('no');
    else incoming.on('end', () => void response.end('fine'));
    incoming.resume();
  };
  await using a = await startReplica(moody, { id: 'a', slots: 3 });
  await using b = await startReplica(moody, { id: 'b', slots: 2 });
  await using gone = await startReplica(moody, { id: 'gone', slots: 2 });
  await gone[Symbol.asyncDispose]();
  await using open = await startGateway({ hold: { maxPending: 8 }, retry: { asideMs: 1 } });
  const ended = { arrivals: 0, ends: 0, overfull: 0 };
  open.gateway.onLoadChange((target, change) => {
    ended[change === 'arrival' ? 'arrivals' : 'ends'] += 1;
    const { inFlightByReplica } = open.gateway.load(target);
    if ((inFlightByReplica.get('a') ?? 0) > 3 || (inFlightByReplica.get('b') ?? 0) > 2) ended.overfull += 1;
  });
  const statuses = new Map<string, number>();
  const running: Promise<void>[] = [];
  for (let index = 0; index < 600; index += 1) {
    if (index % 25 === 0) {
      const lists =
        index === 0
          ? [[]]
          : [[], [a.endpoint], [a.endpoint, b.endpoint], [gone.endpoint, b.endpoint, a.endpoint]];
      open.gateway.setReplicas('shop', lists[random(lists.length)] ?? []);
    }
    const hangUp = new AbortController();
    const method = ['GET', 'POST', 'PUT'][random(3)] ?? 'GET';
    const body = method === 'GET' ? undefined : 'x'.repeat(random(100_000));
    const question = { method, signal: hangUp.signal, ...(body === undefined ? {} : { body }) };
    running.push(
      ask(open.port, question).then(
        ({ status }) => void statuses.set(String(status), (statuses.get(String(status)) ?? 0) + 1),
        () => void statuses.set('cut', (statuses.get('cut') ?? 0) + 1),
      ),
    );
    if (random(8) === 0) setImmediate(() => hangUp.abort());
    if (random(3) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  open.gateway.setReplicas('shop', [a.endpoint, b.endpoint]);
  await Promise.all(running);
  assert.equal(ended.overfull, 0, 'never above the slots');
  await until(() => ended.arrivals === ended.ends, 'every arrival has its end');
  const { pending, inFlight, inFlightByReplica, arrivals } = open.gateway.load('shop');
  assert.deepEqual([pending, inFlight, inFlightByReplica.size], [0, 0, 0]);
  assert.equal(arrivals, ended.arrivals);
  await Promise.all(['a', 'b', 'gone'].map((id) => open.gateway.whenDrained(id)));
  const responses = open.metrics
    .samples()
    .filter(({ name }) => name === 'http_responses_total')
    .reduce((sum, { value }) => sum + value, 0);
  assert.equal(responses, arrivals, 'one response is counted for each arrival');
  // The story has happened: answers, refusals and cut connections.
  for (const kind of ['200', '413', '502', '503', 'cut']) assert.ok(statuses.has(kind), `${kind} occurred`);
});
