import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitSentences } from './split-sentences.ts';

const cases: readonly { name: string; text: string; want: readonly string[] }[] = [
  {
    name: 'two plain sentences',
    text: 'It opens at nine. It closes at five.',
    want: ['It opens at nine.', 'It closes at five.'],
  },
  {
    name: 'a decimal is no end',
    text: 'It costs 3.5 dollars. Cheap!',
    want: ['It costs 3.5 dollars.', 'Cheap!'],
  },
  {
    name: 'a title before a name',
    text: 'Dr. Smith met Mr. J. R. Brown. They spoke.',
    want: ['Dr. Smith met Mr. J. R. Brown.', 'They spoke.'],
  },
  {
    name: 'e.g. and i.e. go on',
    text: 'Use a tool, e.g. Vim, i.e. an editor. Then save.',
    want: ['Use a tool, e.g. Vim, i.e. an editor.', 'Then save.'],
  },
  {
    name: 'U.S. before a name goes on, before a starter ends',
    text: 'The U.S. Senate met in the U.S. The vote failed.',
    want: ['The U.S. Senate met in the U.S.', 'The vote failed.'],
  },
  {
    name: 'Inc. goes on before a verb',
    text: 'Acme Inc. was sold. The price fell.',
    want: ['Acme Inc. was sold.', 'The price fell.'],
  },
  {
    name: 'closing quotes belong to the sentence',
    text: 'He said "Stop." Then he left.',
    want: ['He said "Stop."', 'Then he left.'],
  },
  {
    name: 'a list number is no end',
    text: '1. Open the door. \n2. Go in.',
    want: ['1. Open the door.', '2. Go in.'],
  },
  { name: 'list items without stops', text: '- apples\n- pears', want: ['- apples', '- pears'] },
  {
    name: 'wrapped text goes on',
    text: 'This is a long line of running text that was\nwrapped by the page. Next.',
    want: ['This is a long line of running text that was\nwrapped by the page.', 'Next.'],
  },
  {
    name: 'a blank line ends',
    text: 'Heading without stop\n\nBody text here.',
    want: ['Heading without stop', 'Body text here.'],
  },
  {
    name: 'table rows',
    text: '| a | b |\n| - | - |\n| 1 | 2 |',
    want: ['| a | b |', '| - | - |', '| 1 | 2 |'],
  },
  {
    name: 'Chinese',
    text: '泵站每天检查一次。夜间不检查！为什么？',
    want: ['泵站每天检查一次。', '夜间不检查！', '为什么？'],
  },
  { name: 'Chinese closing quote', text: '他说：“好。”她走了。', want: ['他说：“好。”', '她走了。'] },
  {
    name: 'a stop inside a title mark',
    text: '《你好！李焕英》上映了。票房很高。',
    want: ['《你好！李焕英》上映了。', '票房很高。'],
  },
  {
    name: 'mixed',
    text: '版本 2.5 发布了。It runs on Node 26. 很快。',
    want: ['版本 2.5 发布了。', 'It runs on Node 26.', '很快。'],
  },
  {
    name: 'ellipsis before a small letter goes on',
    text: 'Well... maybe. Yes.',
    want: ['Well... maybe.', 'Yes.'],
  },
  {
    name: 'an address with dots',
    text: 'See docs.example.com for more. Done.',
    want: ['See docs.example.com for more.', 'Done.'],
  },
  {
    name: 'No. before a number',
    text: 'Pump No. 7 is red. Is it? No. It is blue.',
    want: ['Pump No. 7 is red.', 'Is it?', 'No.', 'It is blue.'],
  },
  { name: 'empty', text: ' \n ', want: [] },
];

for (const { name, text, want } of cases) {
  test(`splitSentences: ${name}`, () => {
    assert.deepEqual(
      splitSentences(text).map(({ start, end }) => text.slice(start, end)),
      want,
    );
  });
}
