import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedAmount } from './expected-amount.ts';
import { questionParts } from './question-parts.ts';

const splits: readonly { name: string; question: string; parts: readonly string[] }[] = [
  {
    name: 'one thing is one part',
    question: 'Who built the north mill?',
    parts: ['Who built the north mill?'],
  },
  {
    name: 'two question words are two parts',
    question: 'Who built the north mill, and how much did it cost?',
    parts: ['Who built the north mill', 'and how much did it cost'],
  },
  {
    name: 'a condition belongs to what follows',
    question: 'If it rains, who calls the miller?',
    parts: ['If it rains, who calls the miller?'],
  },
  {
    name: 'two years are two parts',
    question: 'How did the price of flour change from 1999 to 2004?',
    parts: [
      'How did the price of flour change from 1999 to  ?',
      'How did the price of flour change from   to 2004?',
    ],
  },
  {
    name: 'a question in Chinese',
    question: '磨坊是谁建的，花了多少钱？',
    parts: ['磨坊是谁建的', '花了多少钱'],
  },
];
for (const { name, question, parts } of splits)
  test(`questionParts: ${name}`, () => {
    assert.deepEqual(
      questionParts(question, question).map(({ text }) => text),
      parts,
    );
  });

test('questionParts: in a follow-up the turn before counts less than the question', () => {
  const [part] = questionParts('What does flour cost? And rice?', 'And rice?');
  assert.equal(part?.factors.get('rice'), 1);
  assert.ok((part?.factors.get('flour') ?? 1) < 1);
});

test('questionParts: "the year before" is the year that the dialogue names less one', () => {
  const [part] = questionParts('What did flour cost in 2004? And the year before?', 'And the year before?');
  assert.ok(part);
  assert.ok(part.factors.has('2003'));
  assert.ok(!part.factors.has('2004'));
});

const amounts: readonly { name: string; question: string; holds: string; lacks: string }[] = [
  {
    name: 'things that are counted',
    question: 'How many mills stand there?',
    holds: 'There are 9 old mills.',
    lacks: 'It has 9 rooms.',
  },
  {
    name: 'a duration or a length',
    question: 'How long is the ditch?',
    holds: 'It runs for 4.2 km.',
    lacks: 'Ditch 42 is old.',
  },
  { name: 'money', question: 'What does a sack cost?', holds: 'A sack: £4.20', lacks: 'A sack weighs 4 kg.' },
  {
    name: 'a unit in Chinese',
    question: '需要提前多少小时预约？',
    holds: '须提前6小时预约。',
    lacks: '每次6元。',
  },
  {
    name: 'a unit in the name of a column',
    question: '水深是多少米？',
    holds: '水深（米）: 2.60',
    lacks: '编号: 260',
  },
];
for (const { name, question, holds, lacks } of amounts)
  test(`expectedAmount: ${name}`, () => {
    const amount = expectedAmount(question);
    assert.ok(amount);
    assert.deepEqual([amount(holds), amount(lacks)], [true, false]);
  });

test('expectedAmount: no amount is asked for', () => {
  assert.equal(expectedAmount('Who built the north mill?'), null);
});
