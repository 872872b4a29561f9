import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { AppError } from '../../contract/app-error.ts';
import type { ReplicaEndpoint } from '../../contract/load.ts';
import { silentLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createVirtualClock } from '../../platform/virtual-clock.ts';
import { createChain } from '../chain.ts';
import { openExchange } from '../exchange.ts';
import { createReplicaPool, type Slot } from '../forward/replica-pool.ts';
import { timeoutDefaults } from '../gateway-options.ts';
import { createWaitingRoom } from '../hold/waiting-room.ts';
import { createRouter } from '../route/create-router.ts';
import type { Route } from '../route/route.ts';
import { settleRoute } from '../settle-route.ts';
import { createGatewayMetrics } from './gateway-metrics.ts';
import { createLoadBook } from './load-book.ts';

const answer = { status: 202, headers: {}, body: { kind: 'text', text: 'wait' } } as const;
const at = (host: string): Pick<Route, 'rules'> => ({ rules: [{ hosts: [host] }] });
const routes: readonly Route[] = [
  { name: 'plain', target: 'shop', ...at('plain') },
  { name: 'few', target: 'shop', ...at('few'), maxPending: 1 },
  { name: 'page', target: 'shop', ...at('page'), placeholder: answer },
  {
    name: 'both',
    target: 'shop',
    ...at('both'),
    placeholder: answer,
    maxPending: 1,
    overflow: 'placeholder',
  },
  {
    name: 'aside',
    target: 'shop',
    ...at('aside'),
    timeouts: { readinessMs: 20, requestMs: 90 },
    fallback: { kind: 'target', name: 'other' },
  },
  { name: 'other', target: 'other', ...at('other') },
];
const targets = ['shop', 'other'];
const hold = { timeoutMs: 50 };

/** The request path without sockets: attempts wait until the script ends them. */
function startWorld() {
  const clock = createVirtualClock();
  const pool = createReplicaPool(clock, 10);
  const bounds = { maxPending: 4, maxPendingBytes: 1000 };
  const room = createWaitingRoom<Slot>(pool, { perTarget: bounds, total: bounds, ...hold }, clock);
  const now = { pending: room.pending, inFlight: pool.inFlight, inFlightByReplica: pool.inFlightByReplica };
  const load = createLoadBook(routes, now, clock, (error) => assert.ifError(error), hold.timeoutMs);
  pool.onFree(room.slotsFreed);
  const attempts: ((outcome: boolean | AppError) => void)[] = [];
  const clients: ServerResponse[] = [];
  const chain = createChain({
    local: () => null,
    admit: () => {},
    route: createRouter(routes.map((route) => settleRoute(route, hold, timeoutDefaults, routes))),
    load,
    metrics: createGatewayMetrics(createMetrics({}), targets, now),
    room,
    pool,
    clock,
    logger: silentLogger,
    forwarder: {
      deliver: () => ({
        attempt: (slot) =>
          new Promise<boolean>((resolve, reject) => {
            attempts.push((outcome) => (outcome instanceof AppError ? reject(outcome) : resolve(outcome)));
          }).finally(slot.release),
      }),
      close: () => {},
    },
  });
  const ask = (host: string): void => {
    const incoming = new IncomingMessage(new Socket());
    Object.assign(incoming, { method: 'GET', url: '/', headers: { host }, rawHeaders: ['Host', host] });
    const outgoing = new ServerResponse(incoming);
    clients.push(outgoing);
    void chain(openExchange(incoming, outgoing, clock.monotonic()));
  };
  const setReplicas = (target: string, count: number): void =>
    pool.setReplicas(
      target,
      Array.from({ length: count }, (_, index): ReplicaEndpoint => {
        const address = { kind: 'tcp', host: '127.0.0.1', port: 1 } as const;
        return { id: `${target}-${index}`, target, address, state: 'ready', slots: 1 };
      }),
    );
  return { clock, load, attempts, clients, ask, setReplicas };
}

type World = ReturnType<typeof startWorld>;
type Step = (world: World) => unknown;

const nth = <Item>(items: Item[], index: number): Item | undefined =>
  items.splice(items.length === 0 ? 0 : index % items.length, 1)[0];
const failure = new AppError('upstream-failed', 'The replica is gone.', { details: { reason: 'no-answer' } });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...routes).map(
      ({ name }): Step =>
        ({ ask }) =>
          ask(name),
    ),
  },
  fc.tuple(fc.constantFrom(...targets), fc.nat(3)).map(
    ([target, count]): Step =>
      ({ setReplicas }) =>
        setReplicas(target, count),
  ),
  fc.tuple(fc.nat(20), fc.constantFrom(true, true, false, failure)).map(
    ([index, outcome]): Step =>
      ({ attempts }) =>
        nth(attempts, index)?.(outcome),
  ),
  fc.nat(20).map((index): Step => ({ clients }) => {
    const client = nth(clients, index);
    client?.destroy();
    client?.emit('close');
  }),
  fc.nat(60).map(
    (ms): Step =>
      ({ clock }) =>
        clock.advance(ms),
  ),
);

/** What holds at any time, between any two events. */
function check({ load }: World, before: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const arrivals = new Map<string, number>();
  for (const target of targets) {
    const whole = load.ofTarget(target);
    const parts = routes.filter((route) => route.target === target).map(({ name }) => load.ofRoute(name));
    const sum = (of: (report: (typeof parts)[number]) => number): number =>
      parts.reduce((total, report) => total + of(report), 0);
    assert.equal(
      sum(({ pending }) => pending),
      whole.pending,
    );
    assert.equal(
      sum((report) => report.arrivals),
      whole.arrivals,
    );
    // Those that a fallback answers are under way without a slot.
    assert.ok(sum(({ inFlight }) => inFlight) >= whole.inFlight);
    assert.ok(whole.arrivals >= (before.get(target) ?? 0));
    arrivals.set(target, whole.arrivals);
  }
  return arrivals;
}

test('load: routes add up to their target at any time, and everything comes back to zero', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const world = startWorld();
      let arrivals: ReadonlyMap<string, number> = new Map();
      for (const each of steps) {
        await each(world);
        await world.clock.advance(0);
        arrivals = check(world, arrivals);
      }
      // The rest times out, or is answered.
      for (let round = 0; round < 20; round += 1) {
        await world.clock.advance(100);
        for (const end of world.attempts.splice(0)) end(true);
      }
      await world.clock.advance(0);
      check(world, arrivals);
      for (const report of [
        ...targets.map(world.load.ofTarget),
        ...routes.map(({ name }) => world.load.ofRoute(name)),
      ]) {
        assert.deepEqual([report.pending, report.inFlight], [0, 0]);
      }
    }),
    { numRuns: 150 },
  );
});
