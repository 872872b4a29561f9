import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { startBeanstalkd } from '../support/servers/beanstalkd-server.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { makeTrigger, readFailure, readOnce, readValue } from './trigger-reader.ts';

const beanstalkd = await serverOrSkip('beanstalkd', 'beanstalkd', ['beanstalkd'], startBeanstalkd);
if (beanstalkd) {
  const metadata = { server: beanstalkd.address, tube: 'jobs', value: '2' };
  testTrigger('beanstalkd', metadata);

  test('beanstalkd: ready, reserved and, where asked for, delayed jobs', async () => {
    await using trigger = await makeTrigger('beanstalkd', metadata);
    // A tube that nobody has used does not exist.
    assert.deepEqual(await readValue(trigger), { value: 0, active: false });
    await beanstalkd.send('use jobs', 'put 1 0 60 1\r\na', 'put 1 0 60 1\r\nb', 'put 1 600 60 1\r\nc');
    assert.deepEqual(await readValue(trigger), { value: 2, active: true });
    await beanstalkd.send('watch jobs', 'reserve-with-timeout 0');
    assert.deepEqual(await readValue(trigger), { value: 2, active: true });
    assert.deepEqual(await readOnce('beanstalkd', { ...metadata, includeDelayed: 'true' }), {
      value: 3,
      active: true,
    });
    assert.deepEqual(await readOnce('beanstalkd', { ...metadata, activationValue: '2' }), {
      value: 2,
      active: false,
    });
  });

  test('beanstalkd: a tube cannot hold a command', async () => {
    await assert.rejects(makeTrigger('beanstalkd', { ...metadata, tube: 'a\r\nkick 9' }), {
      code: 'invalid-argument',
    });
  });

  test('beanstalkd: nobody listens', async () => {
    const { message, stage } = await readFailure('beanstalkd', {
      ...metadata,
      server: `127.0.0.1:${await freePort()}`,
    });
    assert.match(message, /^beanstalkd at 127.0.0.1:\d+ cannot be reached: .*ECONNREFUSED/);
    assert.equal(stage, 'build');
  });
}
