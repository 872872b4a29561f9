import type { HttpRequest, HttpResponse } from '../../platform/http-message.ts';
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import * as z from 'zod';
import { AppError } from '../../contract/app-error.ts';
import { CollectionList, DocumentList, DocumentText, DocumentView } from '../../contract/document.ts';
import { systemClock } from '../../platform/clock.ts';
import { createRouter, errorResponse } from '../../platform/http-router.ts';
import { serveHttp } from '../../platform/http-server.ts';
import { createMemoryIndex } from '../index/drivers/memory.ts';
import type { PassageIndex } from '../index/passage-index.ts';
import type { DocumentCatalogue } from './document-catalogue.ts';
import { documentRoutes } from './document-routes.ts';
import { openIngestion } from './open-ingestion.ts';

const ErrorShape = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

describe('document routes', () => {
  let root = '';
  let runs = 0;
  let dataDir = '';
  let notified = 0;
  let catalogue: DocumentCatalogue;
  let index: PassageIndex;
  let handle: (request: HttpRequest, tenant?: string) => Promise<HttpResponse>;

  before(async () => (root = await mkdtemp(join(tmpdir(), 'sluice-routes-'))));
  after(async () => {
    await catalogue[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  });
  beforeEach(() => {
    runs += 1;
    notified = 0;
    dataDir = join(root, String(runs));
    const opened = openIngestion(dataDir, systemClock);
    catalogue = opened.catalogue;
    index = createMemoryIndex();
    const match = createRouter(
      documentRoutes({
        ...opened,
        index,
        maxDocumentBytes: 1_000,
        defaultCollection: 'default',
        notifyWork: () => (notified += 1),
      }),
    );
    handle = async (request, tenant = 'acme') => {
      try {
        const url = new URL(request.url);
        const { route, params } = match(request.method, url.pathname);
        const scope = { principal: { tenant, subject: 'ann' } };
        return await route.handle(request, {
          params,
          url,
          requestId: '1',
          signal: AbortSignal.timeout(10_000),
          scope,
        });
      } catch (error) {
        return errorResponse(AppError.from(error));
      }
    };
  });

  const get = (path: string, tenant?: string): Promise<HttpResponse> =>
    handle(new Request(`http://localhost${path}`), tenant);
  const put = (query: string, text: string, headers: Record<string, string> = {}): Promise<HttpResponse> =>
    handle(new Request(`http://localhost/v1/documents?${query}`, { method: 'POST', body: text, headers }));
  const failure = async (
    response: HttpResponse,
  ): Promise<{ status: number; code: string; message: string }> => ({
    status: response.status,
    ...ErrorShape.parse(await response.json()).error,
  });
  const ingest = async (): Promise<void> => {
    for (
      let lease = await catalogue.lease('test', 1_000);
      lease;
      lease = await catalogue.lease('test', 1_000)
    ) {
      const text = `Text of ${lease.source}.`;
      await index.replaceDocument({ ...lease, title: lease.source, text }, []);
      await catalogue.complete(lease, {
        title: lease.source,
        mediaType: lease.mediaType,
        chunks: 1,
        pages: null,
      });
    }
  };
  const stored = async (): Promise<string[]> => {
    const names = await readdir(join(dataDir, 'blobs'), { recursive: true }).catch(() => []);
    return names.filter((name) => name !== 'staging');
  };

  test('a raw upload is queued, ingested, listed, read and deleted', async () => {
    const response = await put('source=hand/book.md&collection=rules', '# Leave');
    assert.equal(response.status, 202);
    const [queued] = DocumentList.parse(await response.json()).data;
    assert.equal(queued?.state, 'queued');
    assert.equal(queued.source, 'hand/book.md');
    assert.equal(queued.collection, 'rules');
    assert.equal(notified, 1);
    const path = `/v1/documents/${queued.id}`;
    const early = await failure(await get(`${path}/text`));
    assert.equal(early.status, 404);
    assert.match(early.message, /no searchable text yet: it is queued/);
    await ingest();
    assert.equal(DocumentView.parse(await (await get(path)).json()).state, 'ready');
    assert.equal(DocumentText.parse(await (await get(`${path}/text`)).json()).text, 'Text of hand/book.md.');
    assert.deepEqual(CollectionList.parse(await (await get('/v1/collections')).json()).data, [
      { name: 'rules', documents: 1, chunks: 1 },
    ]);
    const content = await get(`${path}/content`);
    assert.equal(await content.text(), '# Leave');
    assert.equal(content.headers.get('x-content-type-options'), 'nosniff');
    assert.match(content.headers.get('content-security-policy') ?? '', /sandbox/);
    assert.equal(content.headers.get('content-type'), 'text/plain');
    const head = await handle(new Request(`http://localhost${path}/content`, { method: 'HEAD' }));
    assert.equal(head.headers.get('content-length'), '7');
    assert.equal(head.body, null);
    const gone = await handle(new Request(`http://localhost${path}`, { method: 'DELETE' }));
    assert.equal(gone.status, 200);
    assert.equal((await get(path)).status, 404);
    assert.deepEqual(DocumentList.parse(await (await get('/v1/documents')).json()).data, []);
    assert.deepEqual(await stored(), []);
  });

  test('a form uploads several files at once', async () => {
    const form = new FormData();
    form.append('file', new Blob(['one']), '一.txt');
    form.append('file', new Blob(['two']), 'sub/two.html');
    form.append('collection', 'notes');
    const response = await handle(
      new Request('http://localhost/v1/documents', { method: 'POST', body: form }),
    );
    const { data } = DocumentList.parse(await response.json());
    assert.deepEqual(
      data.map(({ source, collection, mediaType }) => ({ source, collection, mediaType })),
      [
        { source: '一.txt', collection: 'notes', mediaType: 'text/plain' },
        { source: 'sub/two.html', collection: 'notes', mediaType: 'text/html' },
      ],
    );
    const page = await get(`/v1/documents/${data[1]?.id}/content`);
    assert.match(page.headers.get('content-disposition') ?? '', /^attachment; filename="two\.html"/);
    assert.equal(page.headers.get('content-type'), 'application/octet-stream');
  });

  test('the same bytes again do nothing and wake nobody', async () => {
    await put('source=a.txt', 'one');
    await ingest();
    const again = z
      .object({ data: z.array(z.object({ outcome: z.string(), state: z.string() })) })
      .parse(await (await put('source=a.txt', 'one')).json());
    assert.deepEqual(again.data, [{ outcome: 'unchanged', state: 'ready' }]);
    assert.equal(notified, 1);
    assert.equal((await stored()).length, 1);
  });

  test("another tenant's document is not there", async () => {
    const [mine] = DocumentList.parse(await (await put('source=a.txt', 'one')).json()).data;
    for (const path of ['', '/text', '/content'])
      assert.equal((await get(`/v1/documents/${mine?.id}${path}`, 'other')).status, 404);
    const removal = new Request(`http://localhost/v1/documents/${mine?.id}`, { method: 'DELETE' });
    assert.equal((await handle(removal, 'other')).status, 404);
    assert.equal((await get(`/v1/documents/${mine?.id}`)).status, 200);
  });

  for (const { name, send, status, says } of [
    {
      name: 'a name that climbs',
      send: () => put(`source=${encodeURIComponent('../../etc/passwd')}`, 'x'),
      status: 400,
      says: /^The document name "\.\.\/\.\.\/etc\/passwd" leaves its folder with "\.\."\. Give a relative name/,
    },
    {
      name: 'a climbing name in a form',
      send: () => {
        const form = new FormData();
        form.append('file', new Blob(['good']), 'good.txt');
        form.append('file', new Blob(['bad']), '..\\..\\boot.ini');
        return handle(new Request('http://localhost/v1/documents', { method: 'POST', body: form }));
      },
      status: 400,
      says: /holds a backslash/,
    },
    { name: 'no name', send: () => put('', 'x'), status: 400, says: /^The document has no name\./ },
    {
      name: 'a bad collection',
      send: () => put('source=a.txt&collection=../x', 'x'),
      status: 400,
      says: /^A collection's name is/,
    },
    {
      name: 'a form without a file',
      send: () => {
        const form = new FormData();
        form.append('collection', 'x');
        return handle(new Request('http://localhost/v1/documents', { method: 'POST', body: form }));
      },
      status: 400,
      says: /^The form holds no file\./,
    },
    {
      name: 'too many bytes',
      send: () => put('source=big.txt', 'x'.repeat(1_001)),
      status: 413,
      says: /^big\.txt is larger than .* the limit for one document/,
    },
    {
      name: 'too many announced bytes',
      send: () => put('source=big.txt', 'x', { 'content-length': '5000' }),
      status: 413,
      says: /^big\.txt is larger/,
    },
  ])
    test(`${name} is refused and leaves nothing`, async () => {
      const refused = await failure(await send());
      assert.equal(refused.status, status);
      assert.match(refused.message, says);
      assert.deepEqual(DocumentList.parse(await (await get('/v1/documents')).json()).data, []);
      assert.deepEqual(await stored(), []);
      assert.equal(notified, 0);
    });

  test('over a socket an endless upload is cut at the limit', async () => {
    await using server = await serveHttp({ host: '127.0.0.1', port: 0 }, (request) => handle(request));
    assert.equal(server.address.kind, 'tcp');
    const port = 'port' in server.address ? server.address.port : 0;
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 65_536;
        if (sent > 50_000_000) controller.close();
        else controller.enqueue(new Uint8Array(65_536));
      },
    });
    const outcome = await fetch(`http://127.0.0.1:${port}/v1/documents?source=big.txt`, {
      method: 'POST',
      body,
      duplex: 'half',
    }).then(
      ({ status }) => status,
      () => 413, // The server may cut the connection before the client has read the answer.
    );
    assert.equal(outcome, 413);
    assert.ok(sent < 50_000_000, `${sent} bytes were taken`);
    assert.deepEqual(await stored(), []);
  });
});
