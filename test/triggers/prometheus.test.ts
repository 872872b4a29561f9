import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testTrigger } from '../../src/autoscaler/triggers/conformance.ts';
import { makeCertificates } from '../support/servers/certificates.ts';
import { startPrometheus } from '../support/servers/prometheus-server.ts';
import { serverOrSkip } from '../support/servers/server-process.ts';
import { readFailure, readOnce } from './trigger-reader.ts';

const started = await serverOrSkip(
  'prometheus',
  'prometheus openssl',
  ['prometheus', 'openssl'],
  async () => {
    const stack = new AsyncDisposableStack();
    const certificates = stack.use(makeCertificates());
    const prometheus = stack.use(await startPrometheus(certificates));
    return { certificates, prometheus, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  },
);
if (started) {
  const { certificates, prometheus } = started;
  const { ca, client, otherCa } = certificates;
  const metadata = {
    serverAddress: prometheus.url,
    query: 'vector(7)',
    threshold: '5',
    authModes: 'tls,basic',
  };
  const authParams = { ca, cert: client.cert, key: client.key, username: 'keda', password: 'test' };
  testTrigger('prometheus', metadata, { authParams, fetch });

  for (const { name, change, want, active = want > 0 } of [
    { name: 'a vector of one', change: {}, want: 7 },
    {
      name: 'exactly the activation threshold',
      change: { activationThreshold: '7' },
      want: 7,
      active: false,
    },
    { name: 'no series is 0', change: { query: 'nothing_of_this_name' }, want: 0 },
    { name: 'NaN is 0', change: { query: 'vector(0) / vector(0)' }, want: 0 },
    { name: 'the time of the question', change: { query: 'vector(time()) > bool vector(1.7e9)' }, want: 1 },
  ]) {
    test(`prometheus: ${name}`, async () => {
      const reading = await readOnce('prometheus', { ...metadata, ...change }, { authParams });
      assert.deepEqual(reading, { value: want, active });
    });
  }

  for (const { name, change = {}, access = {}, want } of [
    { name: 'a wrong password', access: { password: 'no-test' }, want: /answered with status 401/ },
    { name: 'no client certificate', change: { authModes: 'basic' }, want: /cannot be asked: .*certificate/ },
    {
      name: 'another authority',
      access: { ca: otherCa },
      want: /cannot be asked: (?:self-signed|unable to)/,
    },
    {
      name: 'a missing series, where that counts,',
      change: { query: 'nothing_of_this_name', ignoreNullValues: 'false' },
      want: /no series/,
    },
    {
      name: 'a query that is none',
      change: { query: 'sum(' },
      want: /answered with status 400: .*parse error/,
    },
    { name: 'a scalar', change: { query: '7' }, want: /no instant vector/ },
    {
      name: 'two series',
      change: { query: 'label_replace(vector(1), "a", "b", "", "") or vector(2)' },
      want: /2 series, expected one/,
    },
  ]) {
    test(`prometheus: ${name} is an error of asking`, async () => {
      const failed = { authParams: { ...authParams, ...access } };
      const { message, stage } = await readFailure('prometheus', { ...metadata, ...change }, failed);
      assert.match(message, want);
      assert.equal(stage, 'fetch');
      assert.ok(!message.includes('no-test'));
    });
  }
}
