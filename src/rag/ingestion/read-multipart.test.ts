import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { multipartBoundary, readMultipart } from './read-multipart.ts';

const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 });

/** The bytes in pieces of these sizes, again and again. */
async function* inPieces(bytes: Uint8Array, pieces: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = pieces[turn % pieces.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

interface ReadPart {
  readonly name: string;
  readonly fileName: string | null;
  readonly text: string;
}

async function readAll(bytes: Uint8Array, boundary: string, pieces: readonly number[]): Promise<ReadPart[]> {
  const parts: ReadPart[] = [];
  for await (const { name, fileName, body } of readMultipart(inPieces(bytes, pieces), boundary)) {
    const held: Uint8Array[] = [];
    for await (const piece of body) held.push(Buffer.from(piece));
    parts.push({ name, fileName, text: Buffer.concat(held).toString('latin1') });
  }
  return parts;
}

describe('readMultipart', () => {
  test('reads what a standard client writes, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ name: fc.stringMatching(/^[a-z]{1,8}$/u), bytes: fc.uint8Array({ maxLength: 300 }) }),
          {
            minLength: 1,
            maxLength: 4,
          },
        ),
        sizes,
        async (files, pieces) => {
          const form = new FormData();
          for (const { name, bytes } of files) form.append(name, new Blob([bytes]), `水 "${name}".md`);
          form.append('collection', '手册');
          const request = new Request('http://localhost/', { method: 'POST', body: form });
          const boundary = multipartBoundary(request.headers.get('content-type'));
          assert.ok(boundary !== null);
          const parts = await readAll(new Uint8Array(await request.arrayBuffer()), boundary, pieces);
          assert.deepEqual(parts, [
            ...files.map(({ name, bytes }) => ({
              name,
              fileName: `水 "${name}".md`,
              text: Buffer.from(bytes).toString('latin1'),
            })),
            { name: 'collection', fileName: null, text: Buffer.from('手册').toString('latin1') },
          ]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('a part nobody reads is skipped', async () => {
    const body = Buffer.from(
      '--b\r\ncontent-disposition: form-data; name="x"\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n',
    );
    const names: string[] = [];
    for await (const { name } of readMultipart(inPieces(body, [3]), 'b')) names.push(name);
    assert.deepEqual(names, ['x', '']);
  });

  for (const { name, body, says } of [
    { name: 'nothing', body: '', says: /ends before its last boundary/ },
    {
      name: 'no end',
      body: '--b\r\ncontent-disposition: form-data; name="x"\r\n\r\none',
      says: /ends before/,
    },
    {
      name: 'endless headers',
      body: `--b\r\n${'x'.repeat(20_000)}`,
      says: /more than 16384 bytes of headers/,
    },
    { name: 'too many parts', body: `${'--b\r\n\r\n\r\n'.repeat(1_001)}--b--`, says: /more than 1000 parts/ },
  ])
    test(`refuses a body with ${name}`, () =>
      assert.rejects(readAll(Buffer.from(body), 'b', [4096]), { code: 'invalid-argument', message: says }));

  test('only multipart/form-data has a boundary, and it must have one', () => {
    assert.equal(multipartBoundary('application/pdf'), null);
    assert.equal(multipartBoundary(null), null);
    assert.equal(multipartBoundary('multipart/form-data; boundary="a b"; charset=utf-8'), 'a b');
    assert.throws(() => multipartBoundary('multipart/form-data'), { code: 'invalid-argument' });
  });
});
