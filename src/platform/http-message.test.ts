import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpHeaders, HttpResponse, type HttpRequest } from './http-message.ts';

/** The same use of ours and of the standard's must give the same. */
const cases: readonly { name: string; ours: () => HttpResponse; standard: () => Response }[] = [
  { name: 'text', ours: () => new HttpResponse('é'), standard: () => new Response('é') },
  {
    name: 'no body',
    ours: () => new HttpResponse(null, { status: 204 }),
    standard: () => new Response(null, { status: 204 }),
  },
  {
    name: 'bytes with a type',
    ours: () => new HttpResponse(new Uint8Array([104, 105]), { headers: { 'Content-Type': 'a/b' } }),
    standard: () => new Response(new Uint8Array([104, 105]), { headers: { 'Content-Type': 'a/b' } }),
  },
  {
    name: 'JSON',
    ours: () => HttpResponse.json({ a: [1] }, { status: 422, headers: { 'x-a': '1' } }),
    standard: () => Response.json({ a: [1] }, { status: 422, headers: { 'x-a': '1' } }),
  },
  {
    name: 'JSON of another type',
    ours: () => HttpResponse.json(1, { headers: { 'content-type': 'application/problem+json' } }),
    standard: () => Response.json(1, { headers: { 'content-type': 'application/problem+json' } }),
  },
  {
    name: 'headers from pairs, repeated',
    ours: () =>
      new HttpResponse('', {
        headers: [
          ['a', '1'],
          ['A', '2'],
          ['set-cookie', 'x'],
          ['set-cookie', 'y'],
        ],
      }),
    standard: () =>
      new Response('', {
        headers: [
          ['a', '1'],
          ['A', '2'],
          ['set-cookie', 'x'],
          ['set-cookie', 'y'],
        ],
      }),
  },
];

for (const { name, ours, standard } of cases) {
  test(`a response means what the Fetch standard says: ${name}`, async () => {
    const [mine, theirs] = [ours(), standard()];
    assert.equal(mine.status, theirs.status);
    assert.equal(mine.ok, theirs.ok);
    assert.deepEqual([...mine.headers].map(String).sort(), [...theirs.headers].map(String).sort());
    assert.equal(mine.body === null, theirs.body === null);
    assert.equal(await mine.text(), await theirs.text());
  });
}

test('headers are found whatever their case', () => {
  const headers = new HttpHeaders({ 'X-One': '1' });
  assert.equal(headers.get('x-ONE'), '1');
  assert.equal(headers.get('x-two'), null);
  headers.set('x-one', '2');
  assert.equal(headers.get('X-One'), '2');
});

test('a request of the Fetch standard is a request here', async () => {
  const request: HttpRequest = new Request('http://x/', { method: 'POST', body: 'text' });
  assert.equal(await request.text(), 'text');
});
