import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAdmission } from '../../gateway/admit/create-admission.ts';
import { HttpResponse } from '../../platform/http-message.ts';
import { admitFirst } from './admit-first.ts';

const handle = admitFirst(createAdmission({ host: '127.0.0.1', allowedHosts: [] }), async () =>
  HttpResponse.json({ replicas: 1 }),
);
const ask = async (headers: Record<string, string>): Promise<number> => {
  const request = { method: 'GET', url: 'http://x/scaling', body: null, text: async () => '' };
  return (await handle({ ...request, headers: new Headers(headers) }, new AbortController().signal)).status;
};

test('the admin listener answers programs and its own address', async () => {
  assert.equal(await ask({ host: '127.0.0.1:8081' }), 200);
});

test('the admin listener refuses a rebound name and pages of other sites', async () => {
  assert.equal(await ask({ host: 'evil.example:8081' }), 403);
  assert.equal(await ask({ host: '127.0.0.1:8081', 'sec-fetch-site': 'cross-site' }), 403);
});
