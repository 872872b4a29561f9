import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createSseParser, type SseEvent } from './sse-parse.ts';

const parse = (...pieces: string[]): SseEvent[] => {
  const parser = createSseParser();
  return pieces.flatMap((piece) => [...parser.push(piece)]);
};

const cases: { name: string; pieces: string[]; want: SseEvent[] }[] = [
  { name: 'one event', pieces: ['data: {"a":1}\n\n'], want: [{ event: 'message', data: '{"a":1}' }] },
  {
    name: 'a named event with two data lines',
    pieces: ['event: status\ndata: a\ndata: b\n\n'],
    want: [{ event: 'status', data: 'a\nb' }],
  },
  { name: 'a comment keeps the line alive and says nothing', pieces: [': ping\n\n'], want: [] },
  {
    name: 'CR LF cut between its halves is one line end',
    pieces: ['data: a\r', '\n\r', '\n'],
    want: [{ event: 'message', data: 'a' }],
  },
  {
    name: 'only one space after the colon is dropped',
    pieces: ['data:  a\n\n'],
    want: [{ event: 'message', data: ' a' }],
  },
  {
    name: 'a byte order mark is skipped',
    pieces: ['\uFEFFdata: a\n\n'],
    want: [{ event: 'message', data: 'a' }],
  },
  { name: 'an event cut short by the end of the stream is dropped', pieces: ['data: a\n'], want: [] },
  {
    name: 'the name does not leak into the next event',
    pieces: ['event: x\ndata: 1\n\ndata: 2\n\n'],
    want: [
      { event: 'x', data: '1' },
      { event: 'message', data: '2' },
    ],
  },
];

for (const { name, pieces, want } of cases) {
  test(`sse: ${name}`, () => assert.deepEqual(parse(...pieces), want));
}

test('sse: parsing what was encoded gives it back, however the text is cut', () => {
  const anyEvent = fc.record(
    {
      event: fc.constantFrom('message', 'status', 'decision'),
      data: fc.string({ minLength: 1 }).filter((text) => !/[\r\n]/.test(text)),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(
      fc.array(anyEvent),
      fc.constantFrom('\n', '\r\n'),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (events, lineEnd, sizes) => {
        const text = events
          .map(({ event, data }) => `event: ${event}${lineEnd}data: ${data}${lineEnd}${lineEnd}`)
          .join('');
        const pieces: string[] = [];
        for (let at = 0; at < text.length;) {
          const size = sizes.next().value;
          pieces.push(text.slice(at, at + size));
          at += size;
        }
        assert.deepEqual(parse(...pieces), events);
      },
    ),
  );
});
