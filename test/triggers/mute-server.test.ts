import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { systemClock } from '../../src/platform/clock.ts';
import { listenLocally } from '../support/servers/listen-locally.ts';
import { failureOf, makeTrigger, never } from './trigger-reader.ts';

/** Somebody who takes every connection and never says a word. */
const open = new Map<number, Set<Socket>>();
const servers = await Promise.all(
  Array.from({ length: 11 }, async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      socket.resume();
    });
    const port = await listenLocally(server);
    open.set(port, sockets);
    return { port, server };
  }),
);
after(() => {
  for (const { server } of servers) server.close();
  for (const socket of [...open.values()].flatMap((sockets) => [...sockets])) socket.destroy();
});

type Texts = Readonly<Record<string, string>>;
const list = { listName: 'jobs', listLength: '1' };
const number = { query: 'SELECT 1', targetQueryValue: '1' };
const cases: readonly {
  readonly type: string;
  readonly metadata: (place: string, port: number) => Texts;
  readonly authParams?: (place: string) => Texts;
}[] = [
  { type: 'redis', metadata: (address) => ({ address, ...list }) },
  { type: 'redis-cluster', metadata: (addresses) => ({ addresses, ...list }) },
  { type: 'redis-sentinel', metadata: (addresses) => ({ addresses, sentinelMaster: 'm', ...list }) },
  { type: 'beanstalkd', metadata: (server) => ({ server, tube: 'jobs', value: '1' }) },
  {
    type: 'mongodb',
    metadata: () => ({ dbName: 'd', collection: 'c', query: '{}', queryValue: '1' }),
    authParams: (place) => ({ connectionString: `mongodb://${place}/` }),
  },
  {
    type: 'postgresql',
    metadata: (_place, port) => ({
      ...number,
      host: '127.0.0.1',
      port: String(port),
      userName: 'u',
      dbName: 'd',
      sslmode: 'disable',
    }),
    authParams: () => ({ password: 'p' }),
  },
  {
    type: 'mysql',
    metadata: () => ({ query: number.query, queryValue: '1' }),
    authParams: (place) => ({ connectionString: `u:p@tcp(${place})/d` }),
  },
  {
    type: 'rabbitmq',
    metadata: (place) => ({ host: `amqp://u:p@${place}/`, queueName: 'q', mode: 'QueueLength', value: '1' }),
  },
  { type: 'kafka', metadata: (place) => ({ bootstrapServers: place, consumerGroup: 'g', topic: 't' }) },
  { type: 'temporal', metadata: (endpoint) => ({ endpoint, taskQueue: 't' }) },
  {
    type: 'prometheus',
    metadata: (place) => ({ serverAddress: `http://${place}`, query: 'up', threshold: '1' }),
  },
];

test('a server that never says a word is given up in time, and its connections are closed', async () => {
  const given = await Promise.all(
    cases.map(async ({ authParams, metadata, type }, index) => {
      const { port = 0 } = servers[index] ?? {};
      const place = `127.0.0.1:${port}`;
      const trigger = await makeTrigger(type, metadata(place, port), {
        authParams: authParams?.(place) ?? {},
        clock: systemClock,
      });
      const { message } = await failureOf(trigger);
      await trigger[Symbol.asyncDispose]();
      return { type, port, inTime: /no answer in time/.test(message) };
    }),
  );
  // The global fetch keeps a connection for its next question; ends of the others are on their way.
  const isLeftOpen = (port: number, type: string): boolean =>
    type !== 'prometheus' && open.get(port)?.size !== 0;
  for (let turn = 0; turn < 50 && given.some(({ port, type }) => isLeftOpen(port, type)); turn += 1)
    await systemClock.sleep(20, never);
  assert.deepEqual(
    given.map(({ inTime, port, type }) => ({ type, inTime, isOpen: isLeftOpen(port, type) })),
    cases.map(({ type }) => ({ type, inTime: true, isOpen: false })),
  );
});
