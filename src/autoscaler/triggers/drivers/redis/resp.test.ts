import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRespReader, encodeCommand, type RespValue } from './resp.ts';

test('a command counts bytes, not characters', () => {
  assert.equal(encodeCommand(['GET', 'schlüssel']).toString(), '*2\r\n$3\r\nGET\r\n$10\r\nschlüssel\r\n');
});

const stream = '+OK\r\n:42\r\n$-1\r\n-ERR no\r\n*3\r\n$6\r\na\r\nbü\r\n:-7\r\n*1\r\n*-1\r\n$0\r\n\r\n';
const values: readonly RespValue[] = ['OK', 42, null, { error: 'ERR no' }, ['a\r\nbü', -7, [null]], ''];

test('answers are the same however the bytes are cut', () => {
  const bytes = Buffer.from(stream);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
      const read = createRespReader();
      const found: RespValue[] = [];
      let at = 0;
      for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
        found.push(...read(bytes.subarray(at, cut)));
        at = cut;
      }
      assert.deepEqual(found, values);
    }),
  );
});

test('what is not RESP is refused', () => {
  assert.throws(() => createRespReader()(Buffer.from('HTTP/1.1 400 Bad Request\r\n')), /not RESP/);
});
