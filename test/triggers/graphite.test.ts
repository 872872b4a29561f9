import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { startGraphite } from '../support/servers/graphite-server.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { readFailure, readOnce } from './trigger-reader.ts';

const graphite = await serverOrSkip(
  'graphite',
  'graphite-web python3-whisper',
  ['graphite-manage', '/usr/bin/python3'],
  startGraphite,
);
if (graphite) {
  const metadata = {
    serverAddress: graphite.url,
    query: 'app.requests',
    queryTime: '-120seconds',
    threshold: '10',
  };
  graphite.write('app.requests', [1, 2, 42.5]);
  graphite.write('app.errors', [1]);
  graphite.write('app.silent', [7], 600);
  testTrigger('graphite', metadata, { fetch });

  test('graphite: the latest datapoint', async () => {
    assert.deepEqual(await readOnce('graphite', metadata), { value: 42.5, active: true });
    const above = { ...metadata, activationThreshold: '42.5' };
    assert.deepEqual(await readOnce('graphite', above), { value: 42.5, active: false });
  });

  test('graphite: no such series is 0', async () => {
    assert.deepEqual(await readOnce('graphite', { ...metadata, query: 'app.none' }), {
      value: 0,
      active: false,
    });
  });

  test('graphite: several series, and only empty datapoints', async () => {
    const several = await readFailure('graphite', { ...metadata, query: 'app.*' });
    assert.match(several.message, /gave 3 series, expected one/);
    const silent = await readFailure('graphite', { ...metadata, query: 'app.silent' });
    assert.match(silent.message, /gave only empty datapoints/);
  });

  test('graphite: nobody listens', async () => {
    const { message, stage } = await readFailure('graphite', {
      ...metadata,
      serverAddress: `http://127.0.0.1:${await freePort()}`,
    });
    assert.match(message, /cannot be asked: .*ECONNREFUSED/);
    assert.equal(stage, 'fetch');
  });
}
