import assert from 'node:assert/strict';
import { test } from 'node:test';
import { citationFixture } from '../chat/citation-fixture.ts';
import { documentLink } from './document-link.ts';
import { highlight } from './highlight.ts';

const { passage } = citationFixture();
const cases = [
  {
    name: 'the quote at the start',
    span: [0, 26],
    want: ['', 'A sluice holds water back.', ' It opens when needed.'],
  },
  {
    name: 'the quote at the end',
    span: [27, 48],
    want: ['A sluice holds water back. ', 'It opens when needed.', ''],
  },
  { name: 'no quote', span: [null, null], want: [passage.text, '', ''] },
  { name: 'a span beyond the passage', span: [27, 49], want: [passage.text, '', ''] },
  { name: 'an empty span', span: [3, 3], want: [passage.text, '', ''] },
] as const;

for (const { name, span, want } of cases) {
  test(`highlight: ${name}`, () => {
    const { before, quote, after } = highlight(citationFixture({ quoteStart: span[0], quoteEnd: span[1] }));
    assert.deepEqual([before, quote, after], want);
  });
}

const links = [
  {
    name: 'a PDF opens at its page',
    part: { source: 'a/b.PDF', page: 3 },
    want: '/v1/documents/d%2F1/content#page=3',
  },
  {
    name: 'a PDF without a page',
    part: { source: 'b.pdf', page: null },
    want: '/v1/documents/d%2F1/content',
  },
  {
    name: 'Markdown has no pages',
    part: { source: 'b.md', page: null },
    want: '/v1/documents/d%2F1/content',
  },
];
for (const { name, part, want } of links) {
  test(`link: ${name}`, () => assert.equal(documentLink({ ...passage, documentId: 'd/1', ...part }), want));
}
