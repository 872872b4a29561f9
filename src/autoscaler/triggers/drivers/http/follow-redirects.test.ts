import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpHeaders } from '../../../../platform/http-message.ts';
import { followRedirects, type HttpRequest } from './follow-redirects.ts';

const secrets = { authorization: 'Bearer secret', 'x-api-key': 'secret' };
const kept = { accept: 'application/json', 'content-type': 'application/json' };
const answerOf = (status: number, location?: string) => ({
  status,
  headers: new HttpHeaders(location === undefined ? {} : { location }),
});

/** What the second server is asked after the first has sent us on. */
async function secondOf(
  from: string,
  body: string | undefined,
  status: number,
  location: string,
): Promise<unknown> {
  const sent: HttpRequest[] = [];
  const first = {
    url: new URL(from),
    method: body === undefined ? 'GET' : 'POST',
    headers: new HttpHeaders({ ...secrets, ...kept }),
    body,
  };
  await followRedirects(first, (request) => {
    sent.push(request);
    return Promise.resolve(sent.length === 1 ? answerOf(status, location) : answerOf(200));
  });
  const [, second] = sent;
  assert.ok(second);
  return [second.method, second.url.href, Object.fromEntries(second.headers), second.body];
}

const home = 'http://a:1/x';
for (const { body, from = home, location, name, status = 302, want } of [
  {
    name: 'another path of the same server',
    location: '/y',
    want: ['GET', 'http://a:1/y', { ...secrets, ...kept }, undefined],
  },
  {
    name: 'the same name over https',
    location: 'https://a/x',
    want: ['GET', 'https://a/x', { ...secrets, ...kept }, undefined],
  },
  {
    name: 'out of TLS: no credentials',
    from: 'https://a/x',
    location: 'http://a/x',
    want: ['GET', 'http://a/x', kept, undefined],
  },
  {
    name: 'another port: no credentials',
    location: 'http://a:2/x',
    want: ['GET', 'http://a:2/x', kept, undefined],
  },
  {
    name: 'another name, with a user of its own: no credentials at all',
    location: 'http://me:pw@b/',
    want: ['GET', 'http://b/', kept, undefined],
  },
  {
    name: '307 keeps the body on the same server',
    body: 'b',
    status: 307,
    location: '/y',
    want: ['POST', 'http://a:1/y', { ...secrets, ...kept }, 'b'],
  },
  {
    name: '303 drops the body and its type',
    body: 'b',
    status: 303,
    location: 'http://b/',
    want: ['GET', 'http://b/', { accept: kept.accept }, undefined],
  },
] satisfies readonly {
  readonly name: string;
  readonly from?: string;
  readonly body?: string;
  readonly status?: number;
  readonly location: string;
  readonly want: unknown;
}[]) {
  test(`a redirect: ${name}`, async () => {
    assert.deepEqual(await secondOf(from, body, status, location), want);
  });
}

test('a redirect that is not followed', async () => {
  await assert.rejects(
    secondOf(home, 'password=p', 308, 'http://b/'),
    /another server, http:\/\/b, which is not told/,
  );
  for (const location of ['file:///etc/passwd', 'data:text/plain,1', 'http://'])
    await assert.rejects(secondOf(home, undefined, 302, location), /no address of http or https/);
  const first = { url: new URL(home), method: 'GET', headers: new HttpHeaders(), body: undefined };
  await assert.rejects(
    followRedirects(first, () => Promise.resolve(answerOf(302, '/x'))),
    /redirects without end/,
  );
});
