import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createMarkReader } from './citation-marks.ts';
import { createClaimTracker, type MarkedSentence } from './claim-tracker.ts';

function readAll(pieces: readonly string[]): {
  text: string;
  sentences: { text: string; numbers: readonly number[] }[];
} {
  const reader = createMarkReader();
  const tracker = createClaimTracker();
  const found: MarkedSentence[] = [];
  const take = (parts: ReturnType<typeof reader.push>): void => {
    for (const part of parts) {
      if (part.type === 'text') found.push(...tracker.addText(part.text));
      else tracker.addMarks(part.numbers);
    }
  };
  for (const piece of pieces) take(reader.push(piece));
  take(reader.flush());
  found.push(...tracker.end());
  return {
    text: tracker.text,
    sentences: found.map(({ start, end, numbers }) => ({ text: tracker.text.slice(start, end), numbers })),
  };
}

const cases: readonly {
  name: string;
  answer: string;
  text: string;
  marks: readonly (readonly number[])[];
}[] = [
  {
    name: 'before the stop',
    answer: 'It opens at nine [1]. It closes at five [2].',
    text: 'It opens at nine. It closes at five.',
    marks: [[1], [2]],
  },
  {
    name: 'after the stop',
    answer: 'It opens at nine.[1] It closes at five. [2]',
    text: 'It opens at nine. It closes at five.',
    marks: [[1], [2]],
  },
  {
    name: 'several at once',
    answer: 'It opens [1][3]. It closes [1, 2]. It leaks [2-4].',
    text: 'It opens. It closes. It leaks.',
    marks: [
      [1, 3],
      [1, 2],
      [2, 3, 4],
    ],
  },
  {
    name: 'Chinese',
    answer: '九点开门【1】。五点关门[2]。',
    text: '九点开门。五点关门。',
    marks: [[1], [2]],
  },
  {
    name: 'a sentence without a mark',
    answer: 'Well. It opens at nine [1].',
    text: 'Well. It opens at nine.',
    marks: [[], [1]],
  },
  {
    name: 'brackets that hold words',
    answer: 'He wrote [sic] so [1].',
    text: 'He wrote [sic] so.',
    marks: [[1]],
  },
  { name: 'lines of a list', answer: '- nine [1]\n- five [2]', text: '- nine\n- five', marks: [[1], [2]] },
];
for (const { name, answer, text, marks } of cases) {
  test(`marks: ${name}`, () => {
    for (const pieces of [[answer], [...answer]]) {
      const read = readAll(pieces);
      assert.equal(read.text, text);
      assert.deepEqual(
        read.sentences.map(({ numbers }) => numbers),
        marks,
      );
    }
  });
}

test('cutting the stream elsewhere changes nothing', () => {
  const answer = cases.map((each) => each.answer).join(' ');
  const whole = readAll([answer]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }), (cuts) => {
      const pieces: string[] = [];
      for (let at = 0, turn = 0; at < answer.length; turn += 1) {
        const size = cuts[turn % cuts.length] ?? 1;
        pieces.push(answer.slice(at, at + size));
        at += size;
      }
      assert.deepEqual(readAll(pieces), whole);
    }),
  );
});
