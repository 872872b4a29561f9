import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Passage } from '../../../contract/passage.ts';
import type { WriterPart } from '../answer-writer.ts';
import { createExtractiveWriter } from './extractive.ts';

const texts = [
  'The north lock was built in 1931 by Anna Keller. Its gates weigh 12 tonnes each. A passage costs 8 EUR.',
  'Plan: Basic | Monthly price: 12 EUR\nPlan: Team | Monthly price: 15 EUR',
  '北闸始建于1931年，由安娜设计。每次过闸收费八欧元。闸门每扇重十二吨。',
  'Visitors park behind the museum. The café opens at nine. Dogs are welcome on a lead.',
];
const passages = texts.map((text, index): Passage => ({
  id: `p${index}`,
  documentId: `d${index}`,
  documentVersion: 'v',
  collection: 'default',
  source: `${index}.md`,
  title: 'Handbook',
  headingPath: [],
  text,
  start: 0,
  end: text.length,
  page: null,
  boxes: [],
  score: 1 - index / 10,
}));
const writer = createExtractiveWriter({ termStatistics: async () => ({ chunks: 40, frequency: new Map() }) });
const scope = { tenant: 't', collection: 'default' };

async function write(question: string, from = passages): Promise<{ text: string; parts: WriterPart[] }> {
  const parts = await Array.fromAsync(
    writer.write({ question, query: question, history: [], passages: from, scope }),
  );
  return { text: parts.map((part) => (part.type === 'text-delta' ? part.text : '')).join(''), parts };
}

const cases: readonly { name: string; question: string; holds: RegExp; grounded: boolean }[] = [
  { name: 'a year', question: 'When was the north lock built?', holds: /built in 1931/, grounded: true },
  { name: 'a person', question: 'Who built the north lock?', holds: /Anna Keller/, grounded: true },
  {
    name: 'a quantity',
    question: 'How much do the gates of the lock weigh?',
    holds: /12 tonnes/,
    grounded: true,
  },
  {
    name: 'a row of a table with its column names',
    question: 'What is the monthly price of the Team plan?',
    holds: /Plan: Team \| Monthly price: 15 EUR/,
    grounded: true,
  },
  { name: 'a question in Chinese', question: '北闸始建于哪一年？', holds: /1931年/, grounded: true },
  {
    name: 'a question about nothing in the documents',
    question: 'Who is the president of the chess federation?',
    holds: /not in your documents/,
    grounded: false,
  },
  {
    name: 'the same in Chinese',
    question: '国际象棋联合会的主席是谁？',
    holds: /您的文档中没有/,
    grounded: false,
  },
];
for (const { name, question, holds, grounded } of cases) {
  test(`extractive: ${name}`, async () => {
    const { text, parts } = await write(question);
    assert.match(text, holds);
    const end = parts.at(-1);
    assert.equal(end?.type === 'text-end' && end.grounded, grounded);
    const claims = parts.filter((part) => part.type === 'claim');
    assert.equal(claims.length > 0, grounded);
    assert.ok(claims.length <= 3);
    for (const { start, end, passages: cited } of claims)
      assert.ok(texts[cited[0] ?? -1]?.includes(text.slice(start, end)), 'quoted verbatim');
  });
}

test('extractive: no passages', async () => {
  const { text } = await write('When was the lock built?', []);
  assert.match(text, /not in your documents/);
});
