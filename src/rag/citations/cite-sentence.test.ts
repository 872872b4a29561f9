import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Passage } from '../../contract/passage.ts';
import { bestPassage, citeSentence } from './cite-sentence.ts';

const passageOf = (text: string, title = 'Handbook'): Passage => ({
  id: 'p',
  documentId: 'd',
  documentVersion: 'v',
  collection: 'default',
  source: 'handbook.md',
  title,
  headingPath: [],
  text,
  start: 0,
  end: text.length,
  page: null,
  boxes: [],
  score: 1,
});

interface Case {
  readonly name: string;
  readonly sentence: string;
  readonly passage: string;
  readonly want: readonly string[];
  readonly title?: string;
}

const pumps =
  'Pump A moves 12,000 litres an hour and pump B moves 15,000 litres an hour. Both were installed on March 1, 2024 by Anna Keller.';
const table =
  'Plan: Basic | Monthly: 12 EUR | Yearly: 120 EUR\nPlan: Team | Monthly: 15 EUR | Yearly: 150 EUR';
const zh = '北泵站每小时抽水一万二千升，南泵站每小时抽水一万五千升。两站于2024年3月1日由张伟启用。';

const cases: readonly Case[] = [
  {
    name: 'a verbatim sentence',
    sentence: 'Both were installed on March 1, 2024 by Anna Keller.',
    passage: pumps,
    want: [],
  },
  {
    name: 'verbatim but for case, quotes and white space',
    sentence: 'both  were installed on March 1, 2024 by Anna Keller',
    passage: pumps,
    want: [],
  },
  {
    name: 'a paraphrase with the number written otherwise',
    sentence: 'Pump A moves 12000 litres an hour.',
    passage: pumps,
    want: [],
  },
  {
    name: 'the date in another form',
    sentence: 'The pumps were installed on 2024-03-01 by Anna Keller.',
    passage: pumps,
    want: [],
  },
  {
    name: 'the date in Chinese form',
    sentence: 'Anna Keller installed both pumps on 2024年3月1日.',
    passage: pumps,
    want: [],
  },
  {
    name: 'the number of the other pump',
    sentence: 'Pump A moves 15,000 litres an hour.',
    passage: pumps,
    want: ['number-mismatch'],
  },
  {
    name: 'both numbers swapped',
    sentence: 'Pump A moves 15,000 litres and pump B moves 12,000 litres an hour.',
    passage: pumps,
    want: ['number-mismatch'],
  },
  {
    name: 'a near number',
    sentence: 'Pump A moves 12,500 litres an hour.',
    passage: pumps,
    want: ['number-not-found'],
  },
  {
    name: 'a thousand times less',
    sentence: 'Pump A moves 12 litres an hour.',
    passage: pumps,
    want: ['number-not-found'],
  },
  {
    name: 'another unit',
    sentence: 'Pump A moves 12,000 tonnes an hour.',
    passage: pumps,
    want: ['number-not-found'],
  },
  {
    name: 'another day',
    sentence: 'Both were installed on March 2, 2024 by Anna Keller.',
    passage: pumps,
    want: ['date-not-found'],
  },
  {
    name: 'another year',
    sentence: 'Both were installed in March 2023 by Anna Keller.',
    passage: pumps,
    want: ['date-not-found'],
  },
  {
    name: 'another first name',
    sentence: 'Both were installed by Maria Keller on March 1, 2024.',
    passage: pumps,
    want: ['name-not-found'],
  },
  {
    name: 'a name in two halves',
    sentence: 'The report was written by John Smith.',
    passage: 'The report was written by John Miller, Eve Stone, Paul Ward and Anna Smith.',
    want: ['name-not-found'],
  },
  {
    name: 'a denied sentence',
    sentence: 'Visitors may enter the pump house.',
    passage: 'Visitors may not enter the pump house.',
    want: ['polarity-mismatch'],
  },
  {
    name: 'a verbatim piece of a denial',
    sentence: 'the pump house is open at night',
    passage: 'It is not true that the pump house is open at night.',
    want: ['polarity-mismatch'],
  },
  {
    name: 'the opposite direction',
    sentence: 'Water levels increased by 5 cm in 2023.',
    passage: 'Water levels decreased by 5 cm in 2023.',
    want: ['polarity-mismatch'],
  },
  {
    name: 'a percentage against a bare number',
    sentence: 'Losses were 12% last year.',
    passage: 'Losses were 12 litres last year.',
    want: ['number-not-found'],
  },
  {
    name: 'a percentage in words',
    sentence: 'Losses were 12% last year.',
    passage: 'Last year losses were 12 percent.',
    want: [],
  },
  {
    name: 'a million in another writing',
    sentence: 'The dam cost $7,500,000 to build.',
    passage: 'To build the dam cost $7.5 million.',
    want: [],
  },
  {
    name: 'another currency',
    sentence: 'The dam cost €7.5 million to build.',
    passage: 'To build the dam cost $7.5 million.',
    want: ['number-not-found'],
  },
  {
    name: 'a word for a number',
    sentence: 'The station has 7 pumps.',
    passage: 'The station has seven pumps.',
    want: [],
  },
  {
    name: 'an ordinal against a count',
    sentence: 'The third pump is red.',
    passage: 'The pump is red; there are 3 of them.',
    want: ['number-not-found'],
  },
  { name: 'a cell of a row', sentence: 'The Team plan is 15 EUR monthly.', passage: table, want: [] },
  {
    name: 'the cell of the other row',
    sentence: 'The Team plan is 12 EUR monthly.',
    passage: table,
    want: ['number-mismatch'],
  },
  {
    name: 'the other cell of the row',
    sentence: 'The Team plan is 150 EUR monthly.',
    passage: table,
    want: ['number-mismatch'],
  },
  {
    name: 'numbers told respectively',
    sentence: 'B is 12 metres long.',
    passage: 'A and B are 10 and 12 metres long respectively.',
    want: ['number-mismatch'],
  },
  {
    name: 'quoted words that stand nowhere',
    sentence: 'The sign says "keep well away" at the pump house door.',
    passage: 'The sign says "keep out" at the pump house door.',
    want: ['quote-not-found'],
  },
  { name: 'nothing in common', sentence: 'Bread is baked daily.', passage: pumps, want: ['quote-not-found'] },
  {
    name: 'little in common',
    sentence: 'Pump operators eat lunch together in the litre bar every hour.',
    passage: pumps,
    want: ['words-not-found'],
  },
  {
    name: 'Chinese, number written otherwise',
    sentence: '北泵站每小时抽水12,000升。',
    passage: zh,
    want: [],
  },
  {
    name: 'Chinese, the other station',
    sentence: '北泵站每小时抽水15000升。',
    passage: zh,
    want: ['number-mismatch'],
  },
  { name: 'Chinese, date in ISO form', sentence: '两站于2024-03-01由张伟启用。', passage: zh, want: [] },
  {
    name: 'Chinese, another day',
    sentence: '两站于2024年3月2日由张伟启用。',
    passage: zh,
    want: ['date-not-found'],
  },
  {
    name: 'Chinese, another person',
    sentence: '两站于2024年3月1日由李娜启用。',
    passage: zh,
    want: ['name-not-found'],
  },
  {
    name: 'Chinese, denied',
    sentence: '夜间可以进入泵房。',
    passage: '夜间不可以进入泵房。',
    want: ['polarity-mismatch'],
  },
  {
    name: 'a book of another title',
    sentence: '他写了《长河》一书。',
    passage: '他写了《大河》一书。',
    want: ['name-not-found'],
  },
  {
    name: 'a version with a near number',
    sentence: 'Version 2.5.1 fixed the valve controller.',
    passage: 'Version 2.5.2 fixed the valve controller.',
    want: ['name-not-found'],
  },
  {
    name: 'a code that is another',
    sentence: 'The valve VX200 is closed by hand.',
    passage: 'The valve VX210 is closed by hand.',
    want: ['name-not-found'],
  },
];

for (const { name, sentence, passage, want, title } of cases) {
  test(`citeSentence: ${name}`, () => {
    const citation = citeSentence(
      { text: sentence, start: 0, end: sentence.length },
      passageOf(passage, title),
      1,
    );
    assert.deepEqual(citation.problems, want);
    assert.equal(citation.verified, want.length === 0);
    if (citation.quote !== null)
      assert.equal(passage.slice(citation.quoteStart ?? -1, citation.quoteEnd ?? -1), citation.quote);
  });
}

test('bestPassage prefers the passage that verifies', () => {
  const wrong = { ...passageOf('Pump A moves 15,000 litres an hour.'), id: 'wrong' };
  const right = { ...passageOf('Per hour, 12,000 litres are moved by pump A.'), id: 'right' };
  assert.equal(bestPassage('Pump A moves 12,000 litres an hour.', [wrong, right])?.id, 'right');
});
