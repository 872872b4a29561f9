import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createSseParser, encodeSse, sseKeepAlive, type SseEvent } from './sse.ts';

const event = fc.record(
  {
    event: fc.constantFrom('message', 'error', 'state'),
    data: fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\r')),
  },
  { noNullPrototype: true },
);

test('parse after encode is the identity under any cutting, with comments between', () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      fc.boolean(),
      (events, cuts, crlf) => {
        let wire = events.map((each) => sseKeepAlive + encodeSse(each)).join('');
        if (crlf) wire = wire.replaceAll('\n', '\r\n');
        const parse = createSseParser();
        const found: SseEvent[] = [];
        for (let at = 0, turn = 0; at < wire.length; turn += 1) {
          const size = cuts[turn % cuts.length] ?? 1;
          found.push(...parse(wire.slice(at, at + size)));
          at += size;
        }
        // Where the wire ends with \r the last line end may still be half; a server always sends more or closes.
        found.push(...parse('\n'));
        assert.deepEqual(found, events);
      },
    ),
  );
});

test('an endless event is refused', () => {
  const parse = createSseParser();
  assert.throws(() => parse('x'.repeat(4_194_305)), RangeError);
});
