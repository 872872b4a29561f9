import type { HttpResponse } from '../platform/http-message.ts';
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createPageHandler } from './page.ts';
import { ask, startGateway, talk } from './gateway-fixture.ts';

let root = '';
let web = '';
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-page-'));
  web = join(root, 'web');
  await mkdir(join(web, 'assets'), { recursive: true });
  await writeFile(join(web, 'index.html'), '<h1>page</h1>');
  await writeFile(join(web, 'page.js'), 'export {}');
  await writeFile(join(web, 'assets', 'page-4KQ2Z9XA.css'), 'h1 {}');
  await writeFile(join(root, 'secret.txt'), 'secret');
  await symlink(join(root, 'secret.txt'), join(web, 'link.txt'));
});
after(() => rm(root, { recursive: true }));

const get = async (
  page: ReturnType<typeof createPageHandler>,
  path: string,
  init: RequestInit = {},
): Promise<HttpResponse | null> => {
  const handler = page(path);
  return handler ? handler(new Request(`http://a${path}`, init), AbortSignal.timeout(5000)) : null;
};

const files: readonly { path: string; type: string; cache: string }[] = [
  { path: '/', type: 'text/html; charset=utf-8', cache: 'no-cache' },
  { path: '/index.html', type: 'text/html; charset=utf-8', cache: 'no-cache' },
  { path: '/page.js', type: 'text/javascript; charset=utf-8', cache: 'no-cache' },
  {
    path: '/assets/page-4KQ2Z9XA.css',
    type: 'text/css; charset=utf-8',
    cache: 'public, max-age=31536000, immutable',
  },
];
for (const { path, type, cache } of files) {
  test(`page: ${path} has type, cache rule and safety headers`, async () => {
    const response = await get(createPageHandler(web), path);
    assert.equal(response?.status, 200);
    assert.equal(response.headers.get('content-type'), type);
    assert.equal(response.headers.get('cache-control'), cache);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.match(String(response.headers.get('content-security-policy')), /^default-src 'self';/);
  });
}

for (const path of [
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/assets/../../secret.txt',
  '/link.txt',
  '/assets',
  '/v1/chat',
  '//',
  '/assets\\..\\page.js',
  '/\0',
]) {
  test(`page: ${JSON.stringify(path)} is not its business`, async () => {
    assert.equal(await get(createPageHandler(web), path), null);
  });
}

test('page: an unchanged file is a 304, a changed one comes anew', async () => {
  const page = createPageHandler(web);
  const first = await get(page, '/page.js');
  const etag = String(first?.headers.get('etag'));
  const same = await get(page, '/page.js', { headers: { 'if-none-match': `"other", W/${etag}` } });
  assert.equal(same?.status, 304);
  await writeFile(join(web, 'page.js'), 'export default 1');
  await utimes(join(web, 'page.js'), 1, 1);
  const changed = await get(page, '/page.js', { headers: { 'if-none-match': etag } });
  assert.equal(await changed?.text(), 'export default 1');
});

test('page: no directory, no page', () => assert.equal(createPageHandler(join(root, 'nowhere'))('/'), null));

test('page: through the gateway, at 0 replicas', async () => {
  await using open = await startGateway({ local: createPageHandler(web) });
  const { status, body, headers } = await ask(open.port);
  assert.deepEqual([status, body, headers['content-length']], [200, '<h1>page</h1>', '13']);
  assert.equal((await ask(open.port, { method: 'POST', body: 'x' })).status, 405);
  const head = await talk(open.port, 'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n').answer;
  assert.match(head, /content-length: 13\r\n/);
  assert.match(head, /\r\n\r\n$/);
});
