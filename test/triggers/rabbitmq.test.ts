import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { startRabbitmq } from '../support/servers/rabbitmq-server.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { eventually } from '../support/sluice-process.ts';
import { makeTrigger, readFailure, readOnce, readValue } from './trigger-reader.ts';

const rabbit = await serverOrSkip(
  'rabbitmq',
  'rabbitmq-server',
  ['/usr/lib/rabbitmq/bin/rabbitmq-server', 'epmd'],
  startRabbitmq,
);
if (rabbit) {
  const amqp = `amqp://guest:guest@127.0.0.1:${rabbit.port}`;
  const http = `http://guest:guest@127.0.0.1:${rabbit.httpPort}`;
  const publish = (vhost: string, queue: string): Promise<unknown> =>
    rabbit.api('POST', `/api/exchanges/${vhost}/amq.default/publish`, {
      properties: {},
      routing_key: queue,
      payload: 'x',
      payload_encoding: 'string',
    });
  await rabbit.api('PUT', '/api/vhosts/team%2Fa');
  await rabbit.api('PUT', '/api/permissions/team%2Fa/guest', { configure: '.*', write: '.*', read: '.*' });
  for (const [vhost, queue] of [
    ['%2F', 'jobs'],
    ['%2F', 'jobs-2'],
    ['team%2Fa', 'inner'],
  ]) {
    await rabbit.api('PUT', `/api/queues/${vhost}/${queue}`, { durable: false, auto_delete: false });
  }
  for (let index = 0; index < 3; index += 1) await publish('%2F', 'jobs');
  await publish('%2F', 'jobs-2');
  await publish('team%2Fa', 'inner');
  const jobs = { queueName: 'jobs', mode: 'QueueLength', value: '2' };

  testTrigger('rabbitmq', { ...jobs, host: amqp });
  testTrigger('rabbitmq', { ...jobs, host: http }, { fetch });

  test('rabbitmq over AMQP: ready messages of a queue', async () => {
    assert.deepEqual(await readOnce('rabbitmq', { ...jobs, host: amqp }), { value: 3, active: true });
    const above = { ...jobs, host: amqp, activationValue: '3' };
    assert.deepEqual(await readOnce('rabbitmq', above), { value: 3, active: false });
  });

  test('rabbitmq over AMQP: a virtual host in the URL or by its name, a user apart from the URL', async () => {
    const inner = { queueName: 'inner', mode: 'QueueLength', value: '2' };
    assert.equal((await readOnce('rabbitmq', { ...inner, host: `${amqp}/team%2Fa` })).value, 1);
    const named = { ...inner, host: `amqp://127.0.0.1:${rabbit.port}`, vhostName: 'team/a' };
    const authParams = { username: 'guest', password: 'guest' };
    assert.equal((await readOnce('rabbitmq', named, { authParams })).value, 1);
  });

  test('rabbitmq over AMQP: a missing queue is an error, and the trigger lives on', async () => {
    await using trigger = await makeTrigger('rabbitmq', { ...jobs, queueName: 'later', host: amqp });
    await assert.rejects(readValue(trigger), /gave no value: .*no queue 'later'/);
    await rabbit.api('PUT', '/api/queues/%2F/later', {});
    assert.equal((await readValue(trigger)).value, 0);
  });

  test('rabbitmq over AMQP: a wrong password, and nobody listening, are errors of connecting', async () => {
    const wrong = await readFailure('rabbitmq', {
      ...jobs,
      host: `amqp://guest:wrong-password@127.0.0.1:${rabbit.port}`,
    });
    assert.match(wrong.message, /^RabbitMQ at amqp:\/\/127.0.0.1:\d+ cannot be reached: /);
    assert.ok(!wrong.message.includes('wrong-password'));
    assert.equal(wrong.stage, 'build');
    const gone = await readFailure('rabbitmq', { ...jobs, host: `amqp://127.0.0.1:${await freePort()}` });
    assert.match(gone.message, /ECONNREFUSED/);
    assert.equal(gone.stage, 'build');
  });

  test('rabbitmq over HTTP: length of one queue and of several, and rates', async () => {
    // Statistics of queues are gathered once a second.
    await eventually('statistics', async () => {
      const { value } = await readOnce('rabbitmq', { ...jobs, host: http });
      return value === 3;
    });
    const all = { ...jobs, queueName: '^jobs', host: http, useRegex: 'true' };
    assert.equal((await readOnce('rabbitmq', all)).value, 4);
    assert.equal((await readOnce('rabbitmq', { ...all, operation: 'max' })).value, 3);
    assert.equal((await readOnce('rabbitmq', { ...all, operation: 'avg' })).value, 2);
    const ready = { ...jobs, host: http, excludeUnacknowledged: 'true' };
    assert.equal((await readOnce('rabbitmq', ready)).value, 3);
    const rate = await readOnce('rabbitmq', { ...jobs, host: http, mode: 'MessageRate' });
    assert.equal(rate.active, true);
    const time = await readOnce('rabbitmq', { ...jobs, host: http, mode: 'ExpectedQueueConsumptionTime' });
    assert.deepEqual(time, { value: 0, active: true });
    const inner = { ...jobs, queueName: 'inner', host: `${http}/team%2Fa` };
    await eventually('statistics', async () => (await readOnce('rabbitmq', inner)).value === 1);
  });

  test('rabbitmq over HTTP: a missing queue and a wrong password are errors of asking', async () => {
    const missing = await readFailure('rabbitmq', { ...jobs, queueName: 'none', host: http });
    assert.match(missing.message, /answered with status 404/);
    assert.equal(missing.stage, 'fetch');
    const host = `http://guest:wrong-password@127.0.0.1:${rabbit.httpPort}`;
    const wrong = await readFailure('rabbitmq', { ...jobs, host });
    assert.match(wrong.message, /answered with status 401/);
    assert.ok(!wrong.message.includes('wrong-password'));
  });
}
