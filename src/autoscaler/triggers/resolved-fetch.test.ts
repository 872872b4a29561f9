import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { resolvedFetch } from './resolved-fetch.ts';

test('fetches from a host that resolves, by name and by address', async () => {
  const server = createServer((_request, response) => response.end('here'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const answer = await resolvedFetch(`http://127.0.0.1:${address.port}/`);
  assert.equal(await answer.text(), 'here');
  await new Promise((resolve) => server.close(resolve));
});

test('a name that does not resolve fails as fetch does, with the reason as its cause', async () => {
  await assert.rejects(resolvedFetch(new URL('http://prometheus.invalid:9090/')), (error) => {
    assert.ok(error instanceof TypeError && error.cause instanceof Error && 'code' in error.cause);
    assert.match(String(error.cause.code), /^(?:ENOTFOUND|EAI_AGAIN)$/);
    return true;
  });
});

test('an aborted signal ends it', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await assert.rejects(resolvedFetch('http://prometheus.invalid/', { signal }), /enough/);
});
