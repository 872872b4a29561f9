import assert from 'node:assert/strict';
import test from 'node:test';
import { standaloneQuery } from './standalone-query.ts';

const cases: readonly {
  name: string;
  turns: readonly string[];
  parts: readonly (readonly [string, number])[];
  text: string;
}[] = [
  { name: 'no turn asks nothing', turns: [], parts: [], text: '' },
  { name: 'blank turns ask nothing', turns: [' ', '\n'], parts: [], text: '' },
  { name: 'a first question stands alone', turns: [' Who? '], parts: [['Who?', 1]], text: 'Who?' },
  {
    name: 'a follow-up takes the turn before along, and counts three times',
    turns: ['What are dues?', 'And in winter?'],
    parts: [
      ['What are dues?', 1],
      ['And in winter?', 3],
    ],
    text: 'What are dues? And in winter?',
  },
  {
    name: 'only the last two turns count',
    turns: ['a', 'b', '', 'c'],
    parts: [
      ['b', 1],
      ['c', 3],
    ],
    text: 'b c',
  },
  { name: 'a repeated question is asked once', turns: ['b', 'b'], parts: [['b', 1]], text: 'b' },
];

for (const { name, turns, parts, text } of cases) {
  test(name, () =>
    assert.deepEqual(standaloneQuery(turns), {
      parts: parts.map(([part, weight]) => ({ text: part, weight })),
      text,
    }),
  );
}
