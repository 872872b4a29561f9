import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { chunkDocument, defaultChunkPolicy, type Chunk } from './chunk.ts';
import type { ParsedBlock, ParsedDocument } from './parser.ts';
import { createTextBuilder } from './text-builder.ts';
import { textWeight } from './text-weight.ts';

const of = { documentId: 'doc-1', version: 'abcdef0123456789' };
const limits = { maxTextCharacters: 10_000_000, maxPages: 10 };
type Piece = readonly [kind: ParsedBlock['kind'], text: string, level?: number];

function documentOf(pieces: readonly Piece[]): ParsedDocument {
  const builder = createTextBuilder({ source: 'a.md', limits });
  builder.add('paragraph', 'x');
  const whole = createTextBuilder({ source: 'a.md', limits });
  for (const [kind, text, level] of pieces) whole.add(kind, text, level === undefined ? {} : { level });
  return (whole.length === 0 ? builder : whole).finish(null, 'text/markdown');
}

const sentence = 'The lock keeper opens the upper gate when the water stands level. ';
const satz = '水位相平之后，船闸管理员才会打开上游的闸门，让船只依次通过。';

describe('chunkDocument', () => {
  test('keeps a short section whole, with its headings above it and out of its text', () => {
    const chunks = chunkDocument(
      documentOf([
        ['heading', 'Handbook', 1],
        ['heading', 'Leave', 2],
        ['paragraph', sentence.repeat(4)],
        ['heading', 'Pay', 2],
        ['paragraph', sentence.repeat(4)],
      ]),
      of,
    );
    assert.deepEqual(
      chunks.map(({ id, position, headingPath, text }) => ({ id, position, headingPath, text })),
      [
        {
          id: 'doc-1:0:abcdef01',
          position: 0,
          headingPath: ['Handbook', 'Leave'],
          text: sentence.repeat(4).trim(),
        },
        {
          id: 'doc-1:1:abcdef01',
          position: 1,
          headingPath: ['Handbook', 'Pay'],
          text: sentence.repeat(4).trim(),
        },
      ],
    );
  });

  test('joins tiny subsections of one part, headings included, and never two parts', () => {
    const chunks = chunkDocument(
      documentOf([
        ['heading', 'One', 1],
        ['heading', 'A', 2],
        ['paragraph', 'Short a.'],
        ['heading', 'B', 2],
        ['paragraph', 'Short b.'],
        ['heading', 'Two', 1],
        ['paragraph', 'Short c.'],
      ]),
      of,
    );
    assert.deepEqual(
      chunks.map(({ headingPath, text }) => ({ headingPath, text })),
      [
        { headingPath: ['One'], text: 'A\n\nShort a.\n\nB\n\nShort b.' },
        { headingPath: ['Two'], text: 'Short c.' },
      ],
    );
  });

  test('a heading with nothing below it can still be found', () => {
    const chunks = chunkDocument(
      documentOf([
        ['heading', 'Part', 1],
        ['heading', 'Reserved', 2],
        ['heading', 'Part two', 1],
        ['paragraph', 'Text.'],
      ]),
      of,
    );
    assert.deepEqual(
      chunks.map(({ text }) => text),
      ['Reserved', 'Text.'],
    );
  });

  for (const { name, text, from, to } of [
    { name: 'Latin text is cut at 800 to 1200 characters', text: sentence.repeat(200), from: 780, to: 1200 },
    { name: 'Chinese text is cut at 400 to 600 characters', text: satz.repeat(200), from: 390, to: 600 },
  ])
    test(`${name}, between sentences`, () => {
      const chunks = chunkDocument(documentOf([['paragraph', text]]), of);
      for (const chunk of chunks.slice(0, -1)) {
        assert.ok(chunk.text.length >= from && chunk.text.length <= to, String(chunk.text.length));
        assert.match(chunk.text, /[.。]$/u);
      }
    });

  test('table rows stay whole and carry their page and boxes', () => {
    const builder = createTextBuilder({ source: 'a.pdf', limits });
    for (let row = 0; row < 60; row += 1)
      builder.addLines(
        'table-row',
        [
          {
            text: `Name: item ${row} | Price: ${row} EUR`,
            join: '',
            box: { page: 1 + Math.floor(row / 30), x: 10, y: row, width: 100, height: 9 },
          },
        ],
        { page: 1 + Math.floor(row / 30) },
      );
    const chunks = chunkDocument(builder.finish(null, 'application/pdf', 2), of);
    assert.ok(chunks.length > 1);
    assert.equal(chunks.flatMap(({ boxes }) => boxes).length, 60);
    for (const { text, boxes, page } of chunks) {
      assert.equal(text.split('\n').length, boxes.length);
      assert.equal(page, boxes[0]?.page);
      assert.match(text, /^Name: .* EUR$/su);
    }
  });

  test('text without any sentence or space is cut all the same, never inside a character', () => {
    const chunks = chunkDocument(documentOf([['paragraph', '𠮷'.repeat(3000)]]), of);
    assert.ok(chunks.length > 3);
    for (const { text } of chunks) assert.ok(text.isWellFormed());
  });

  test('for any document: text is the slice, chunks are in order, none overlap, none is too heavy, no word is lost', () => {
    const words = fc.stringMatching(/^(?:[a-zA-Z,.。！？水门船 \n𠮷-]{0,400})$/u);
    const piece: fc.Arbitrary<Piece> = fc.oneof(
      fc.tuple(
        fc.constant('heading' as const),
        fc.stringMatching(/^[a-z ]{1,20}$/u),
        fc.integer({ min: 1, max: 4 }),
      ),
      fc.tuple(fc.constantFrom('paragraph', 'list-item', 'table-row', 'code'), words),
      fc.tuple(
        fc.constantFrom('paragraph', 'code'),
        words.map((text) => text.repeat(12)),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const document = documentOf(pieces);
        const chunks: readonly Chunk[] = chunkDocument(document, of);
        let end = 0;
        for (const [position, chunk] of chunks.entries()) {
          assert.equal(chunk.text, document.text.slice(chunk.start, chunk.end));
          assert.equal(chunk.position, position);
          assert.ok(chunk.text.trim() !== '');
          assert.ok(chunk.start >= end);
          assert.ok(textWeight(chunk.text) <= defaultChunkPolicy.maxWeight * 1.25 + 1_000);
          end = chunk.end;
        }
        const covered = (at: number): boolean => chunks.some(({ start, end }) => start <= at && at < end);
        for (const { kind, start, end } of document.blocks)
          if (kind !== 'heading')
            for (let at = start; at < end; at += 37)
              assert.ok(covered(at) || /\s/u.test(document.text[at] ?? ''), `position ${at} is in no chunk`);
      }),
      { numRuns: 200 },
    );
  });
});
