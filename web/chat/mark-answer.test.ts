import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { citationFixture } from './citation-fixture.ts';
import { markAnswer, type Support } from './mark-answer.ts';

interface Want {
  readonly text: string;
  readonly support: Support;
  readonly marks: readonly number[];
}

const text = 'Elder is 1.89 m. Alder is 1.98 m. Ask.';
const cite = (number: number, answerStart: number, answerEnd: number, verified = true) =>
  citationFixture({ number, answerStart, answerEnd, verified });

const cases: { name: string; citations: ReturnType<typeof cite>[]; want: Want[] }[] = [
  {
    name: 'without citations the text is one plain stretch',
    citations: [],
    want: [{ text, support: 'plain', marks: [] }],
  },
  {
    name: 'each sentence carries its mark, the rest stays plain',
    citations: [cite(1, 0, 16), cite(2, 17, 33, false)],
    want: [
      { text: 'Elder is 1.89 m.', support: 'verified', marks: [1] },
      { text: ' ', support: 'plain', marks: [] },
      { text: 'Alder is 1.98 m.', support: 'unverified', marks: [2] },
      { text: ' Ask.', support: 'plain', marks: [] },
    ],
  },
  {
    name: 'two citations of one sentence stand side by side, one verified is enough',
    citations: [cite(2, 0, 16, false), cite(1, 0, 16)],
    want: [
      { text: 'Elder is 1.89 m.', support: 'verified', marks: [1, 2] },
      { text: text.slice(16), support: 'plain', marks: [] },
    ],
  },
  {
    name: 'overlapping spans are cut at each boundary',
    citations: [cite(1, 0, 16), cite(2, 0, 33, false)],
    want: [
      { text: 'Elder is 1.89 m.', support: 'verified', marks: [1] },
      { text: ' Alder is 1.98 m.', support: 'unverified', marks: [2] },
      { text: ' Ask.', support: 'plain', marks: [] },
    ],
  },
  {
    name: 'a citation of a sentence that is not written to its end waits',
    citations: [cite(1, 0, 400)],
    want: [{ text, support: 'plain', marks: [] }],
  },
];

for (const { name, citations, want } of cases) {
  test(`marks: ${name}`, () => {
    const got = markAnswer(text, citations).map(({ text, support, marks }) => ({
      text,
      support,
      marks: marks.map(({ number }) => number),
    }));
    assert.deepEqual(got, want);
  });
}

test('marks: the segments together are the answer, and each mark appears once', () => {
  const span = fc.tuple(fc.nat(60), fc.nat(60), fc.boolean());
  fc.assert(
    fc.property(fc.string({ maxLength: 50 }), fc.array(span, { maxLength: 6 }), (answer, spans) => {
      const citations = spans.map(([start, end, verified], index) => cite(index + 1, start, end, verified));
      const segments = markAnswer(answer, citations);
      assert.equal(segments.map((segment) => segment.text).join(''), answer);
      const valid = citations.filter((c) => c.answerStart < c.answerEnd && c.answerEnd <= answer.length);
      assert.equal(segments.flatMap((segment) => segment.marks).length, valid.length);
    }),
  );
});
