import { Socket } from 'node:net';
import type { ChannelModel } from 'amqplib';
import { oneMetricTrigger, type CataloguedTrigger } from '../../catalogued-trigger.ts';
import { keepConnection } from '../../kept-connection.ts';
import type { Trigger } from '../../trigger.ts';
import { tlsOptions } from '../net/tls-options.ts';
import type { RabbitAccess } from './rabbit-access.ts';

/** What is asked of a channel. */
interface QueueCounter extends AsyncDisposable {
  messagesOf(queue: string): Promise<number>;
}

const openTimeoutMs = 3000;
/** How long the server may take to say goodbye. */
const closeTimeoutMs = 1000;

/**
 * Ready messages of a queue by a passive declaration. A queue that does not exist is an error that closes the channel:
 * the connection is made anew for the next question.
 */
export function createAmqpTrigger(trigger: CataloguedTrigger, access: RabbitAccess): Trigger {
  const { password, url } = access;
  const queue = trigger.values.text('queueName');
  const vhostName = trigger.values.text('vhostName');
  const connection = keepConnection({
    what: `RabbitMQ at ${url.protocol}//${url.host}`,
    open: (signal) => openCounter(access, vhostName, signal),
    openTimeoutMs,
    secrets: [password],
  });
  return oneMetricTrigger(
    'rabbitmq',
    trigger,
    (_nowMs, signal) => connection.ask(signal, (counter) => counter.messagesOf(queue)),
    connection,
  );
}

async function openCounter(
  { password, tls, url, user }: RabbitAccess,
  vhostName: string,
  signal: AbortSignal,
): Promise<QueueCounter> {
  // The default export: in a bundle the names of a CommonJS module are found there only.
  const { default: amqp } = await import('amqplib');
  const isTls = url.protocol === 'amqps:';
  const path = decodeURIComponent(url.pathname.slice(1));
  const model = await amqp.connect(
    {
      protocol: isTls ? 'amqps' : 'amqp',
      hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? (isTls ? 5671 : 5672) : Number(url.port),
      username: user || 'guest',
      password: user === '' ? 'guest' : password,
      vhost: vhostName || path || '/',
      heartbeat: 10,
    },
    { ...(isTls ? tlsOptions(tls) : {}), timeout: openTimeoutMs },
  );
  // The next question meets the closed connection and reports it; without a listener it would end the process.
  model.on('error', () => {});
  const close = (): void => void closeModel(model).catch(() => {});
  signal.addEventListener('abort', close, { once: true });
  const channel = await model
    .createChannel()
    .catch(async (error: unknown) => {
      await closeModel(model);
      throw error;
    })
    .finally(() => signal.removeEventListener('abort', close));
  channel.on('error', () => {});
  return {
    messagesOf: async (queue) => (await channel.checkQueue(queue)).messageCount,
    [Symbol.asyncDispose]: () => closeModel(model),
  };
}

/** The library waits for the server's answer for ever, and leaves half of the connection open when its heart stops. */
async function closeModel(model: ChannelModel): Promise<void> {
  const { connection }: { readonly connection: object } = model;
  const socket: unknown = 'stream' in connection ? connection.stream : null;
  const tooLong = AbortSignal.timeout(closeTimeoutMs);
  const isTooLong = new Promise<void>((resolve) => {
    tooLong.addEventListener('abort', () => resolve(), { once: true });
  });
  try {
    await Promise.race([model.close(), isTooLong]);
  } finally {
    if (socket instanceof Socket) socket.destroy();
  }
}
