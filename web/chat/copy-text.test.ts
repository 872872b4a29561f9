import assert from 'node:assert/strict';
import { test } from 'node:test';
import { citationFixture } from './citation-fixture.ts';
import { copyText } from './copy-text.ts';

test('a copied answer carries its numbers and where they lead', () => {
  const one = citationFixture({ number: 1, answerStart: 0, answerEnd: 10 });
  const two = citationFixture({
    number: 2,
    answerStart: 11,
    answerEnd: 20,
    passage: { ...one.passage, source: 'fees.pdf', page: 2 },
  });
  assert.equal(
    copyText({ answer: 'Deep: 1.9. Fee: £24.', citations: [two, one] }),
    'Deep: 1.9. [1] Fee: £24. [2]\n\n[1] guide.md\n[2] fees.pdf:2',
  );
});

test('an answer without citations is copied as it stands', () => {
  assert.equal(copyText({ answer: 'It is not there.', citations: [] }), 'It is not there.');
});
