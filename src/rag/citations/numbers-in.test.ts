import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hanNumber, numbersIn } from './numbers-in.ts';

const cases: readonly { name: string; text: string; want: readonly string[] }[] = [
  { name: 'thousands separators', text: 'It holds 12,000 litres.', want: ['12000 litre'] },
  { name: 'plain', text: 'It holds 12000 litres.', want: ['12000 litre'] },
  { name: 'a scale word', text: 'about 12 thousand people', want: ['12000 person'] },
  { name: 'a Chinese scale', text: '约1.2万人', want: ['12000 person'] },
  { name: 'Chinese numerals', text: '共有一万二千名员工', want: ['12000 person'] },
  { name: 'percent three ways', text: '12% or 12 percent, 百分之十二', want: ['12 %', '12 %', '12 %'] },
  {
    name: 'currency before and after',
    text: '$7.5 million, 30 euros, 500元, US$3',
    want: ['7500000 usd', '30 eur', '500 cny', '3 usd'],
  },
  { name: 'currency codes before', text: 'EUR 20 and ¥88', want: ['20 eur', '88 cny'] },
  { name: 'words', text: 'seven pumps, twenty-one days, a hundred', want: ['7 -', '21 day', '100 -'] },
  { name: 'one does not count', text: 'one of them is no one', want: [] },
  {
    name: 'ordinals',
    text: 'the third and 3rd, 第三章, 第12条',
    want: ['3 ordinal', '3 ordinal', '3 ordinal', '12 ordinal'],
  },
  { name: 'negative', text: 'below -5 °C', want: ['-5 celsius'] },
  { name: 'a range is two numbers', text: 'from 10-15 km', want: ['10 -', '15 km'] },
  { name: 'names with digits are none', text: 'A4 paper, IPv6, RFC7231, version 1.2.3', want: [] },
  { name: 'idioms are none', text: '十分重要，万一失败', want: [] },
  { name: 'years', text: '2024年 in 1998', want: ['2024 -', '1998 -'] },
  { name: 'a duration', text: '3个月 and 45 days', want: ['3 month', '45 day'] },
  { name: 'k', text: '12k users', want: ['12000 -'] },
];
for (const { name, text, want } of cases) {
  test(`numbersIn: ${name}`, () => {
    assert.deepEqual(
      numbersIn(text).map(({ value, unit }) => `${value} ${unit ?? '-'}`),
      want,
    );
  });
}

test('hanNumber reads plain numerals', () => {
  const table: [string, number][] = [
    ['十', 10],
    ['十二', 12],
    ['三百零五', 305],
    ['三百五', 350],
    ['一万二', 12000],
    ['两千三百万', 23000000],
    ['二〇二四', 2024],
    ['一亿零五百', 100000500],
  ];
  assert.deepEqual(
    table.map(([text]) => hanNumber(text)),
    table.map(([, value]) => value),
  );
});
