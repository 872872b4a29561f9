import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { analyse, queryTerms, weightedTerms } from './analysis.ts';

const cases: readonly { name: string; text: string; want: readonly string[] }[] = [
  { name: 'nothing gives nothing', text: '', want: [] },
  { name: 'punctuation alone gives nothing', text: ' … — !? 、。', want: [] },
  { name: 'English is lowered and stemmed', text: 'Running Dogs', want: ['run', 'dog'] },
  { name: 'full-width letters and digits are folded', text: 'ＡＢＣ １２', want: ['abc', '12'] },
  { name: 'accents of Latin letters are folded', text: 'Café naïve', want: ['cafe', 'naiv'] },
  { name: 'a decimal stays whole', text: 'about 3.5 percent', want: ['about', '3.5', 'percent'] },
  { name: 'thousands separators go', text: '12,000 1,234,567.89', want: ['12000', '1234567.89'] },
  { name: 'a decimal comma becomes a point', text: '3,5 and 1.234,56', want: ['3.5', 'and', '1234.56'] },
  { name: 'a version number stays whole', text: 'v 1.2.3', want: ['v', '1.2.3'] },
  { name: 'a number with its unit is also the number', text: '500GB', want: ['500gb', '500'] },
  { name: 'an acronym loses its dots', text: 'the U.S. army', want: ['the', 'us', 'armi'] },
  { name: 'a possessive meets its owner', text: 'Robert’s', want: ['robert'] },
  { name: 'Chinese gives words and pairs', text: '知识库', want: ['知识', '库', '知识', '识库'] },
  { name: 'a single character is kept', text: '猫', want: ['猫'] },
  {
    name: 'scripts may be mixed without spaces',
    text: '2024年GDP增长',
    want: ['2024', '年', 'gdp', '增长', '增长'],
  },
  { name: 'Hangul particles are met by pairs', text: '학교에', want: ['학교에', '학교', '교에'] },
  { name: 'marks of other scripts are kept', text: 'हिन्दी', want: ['हिन्दी'] },
];

describe('analyse', () => {
  for (const { name, text, want } of cases) test(name, () => assert.deepEqual(analyse(text), want));
});

test('Thai gives words and pairs, with their vowel signs', () => {
  const tokens = analyse('ภาษาไทย');
  assert.ok(tokens.includes('ภาษา') && tokens.includes('ไทย') && tokens.includes('ภา'));
});

test('query terms are distinct', () => {
  assert.deepEqual(queryTerms('dog dogs 知识'), ['dog', '知识']);
});

test('a term of several parts weighs their sum', () => {
  const weights = weightedTerms([
    { text: 'leave days', weight: 1 },
    { text: 'days days for parents', weight: 3 },
  ]);
  assert.deepEqual(
    [...weights],
    [
      ['leav', 1],
      ['day', 4],
      ['for', 3],
      ['parent', 3],
    ],
  );
});
