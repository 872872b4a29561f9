import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Passage } from '../../contract/passage.ts';
import { citeSentence } from './cite-sentence.ts';

// Sentences made to be believed: each takes a number or a name of the passage and says it of something else. None may
// be verified; the true ones beside them show that not everything is refused.

const locks =
  'Lock: Alder Lock | Depth over sill: 1.98 | Rise: 5.8 | Keeper: Ann Moss\nLock: Elder Lock | Depth over sill: 1.89 | Rise: 5.6 | Keeper: Joan Fairley';
const fees =
  'Passage: Saltmere Sea Lock | 2025: £22.00 | 2026: £24.00\nPassage: Alder Lock | 2025: £3.50 | 2026: £3.80';
const zh =
  '船闸: 竹溪上闸 | 门槛水深（米）: 2.80 | 水头（米）: 7.1\n船闸: 竹溪下闸 | 门槛水深（米）: 2.60 | 水头（米）: 6.8';
const prose =
  'The flood gate is lowered in 25 minutes. The gate at Fenwick is raised in 40 minutes. Dogs are not allowed from 1 March to 31 July.';

const cases: readonly { name: string; sentence: string; passage: string; verified: boolean }[] = [
  {
    name: 'a value of the row itself',
    sentence: 'The depth over sill of Elder Lock is 1.89.',
    passage: locks,
    verified: true,
  },
  {
    name: 'a value of the row before',
    sentence: 'The depth over sill of Elder Lock is 1.98.',
    passage: locks,
    verified: false,
  },
  {
    name: 'a value of the row after',
    sentence: 'Alder Lock has a rise of 5.6.',
    passage: locks,
    verified: false,
  },
  {
    name: 'a value of another column',
    sentence: 'The rise of Elder Lock is 1.89.',
    passage: locks,
    verified: false,
  },
  {
    name: 'a value of another column, the other way',
    sentence: 'Elder Lock has a depth over sill of 5.6.',
    passage: locks,
    verified: false,
  },
  {
    name: 'a name of the row before',
    sentence: 'The keeper of Elder Lock is Ann Moss.',
    passage: locks,
    verified: false,
  },
  {
    name: 'a name of the row after',
    sentence: 'Joan Fairley keeps Alder Lock.',
    passage: locks,
    verified: false,
  },
  {
    name: 'two values, the second from another row',
    sentence: 'Elder Lock has a depth over sill of 1.89 and a rise of 5.8.',
    passage: locks,
    verified: false,
  },
  {
    name: 'two values of one row',
    sentence: 'Elder Lock has a depth over sill of 1.89 and a rise of 5.6.',
    passage: locks,
    verified: true,
  },
  {
    name: 'a row with one cell of its neighbour',
    sentence: 'Lock: Elder Lock | Depth over sill: 1.98 | Rise: 5.6 | Keeper: Joan Fairley',
    passage: locks,
    verified: false,
  },
  {
    name: 'a row with the cells of its neighbour',
    sentence: 'Lock: Alder Lock | Depth over sill: 1.89 | Rise: 5.6 | Keeper: Joan Fairley',
    passage: locks,
    verified: false,
  },
  {
    name: 'the first cells of a row, verbatim',
    sentence: 'Lock: Elder Lock | Depth over sill: 1.89',
    passage: locks,
    verified: true,
  },
  {
    name: 'the end of a row and the beginning of the next, verbatim',
    sentence: 'Keeper: Ann Moss\\nLock: Elder Lock',
    passage: locks,
    verified: false,
  },
  {
    name: 'the value of another year',
    sentence: 'In 2026 a passage through Saltmere Sea Lock costs £22.00.',
    passage: fees,
    verified: false,
  },
  {
    name: 'the value of the year itself',
    sentence: 'In 2026 a passage through Saltmere Sea Lock costs £24.00.',
    passage: fees,
    verified: true,
  },
  {
    name: 'a value of another row and the right year',
    sentence: 'In 2025 a passage through Alder Lock costs £22.00.',
    passage: fees,
    verified: false,
  },
  {
    name: 'another currency',
    sentence: 'A passage through Saltmere Sea Lock costs €24.00 in 2026.',
    passage: fees,
    verified: false,
  },
  {
    name: 'hours in place of minutes',
    sentence: 'The flood gate is lowered in 25 hours.',
    passage: prose,
    verified: false,
  },
  {
    name: 'the number of the next sentence',
    sentence: 'The flood gate is lowered in 40 minutes.',
    passage: prose,
    verified: false,
  },
  {
    name: 'a denial left out',
    sentence: 'Dogs are allowed from 1 March to 31 July.',
    passage: prose,
    verified: false,
  },
  {
    name: 'a denial put in',
    sentence: 'The flood gate is not lowered in 25 minutes.',
    passage: prose,
    verified: false,
  },
  {
    name: 'a place that the passage does not name',
    sentence: 'The flood gate at Stonegate is lowered in 25 minutes.',
    passage: prose,
    verified: false,
  },
  {
    name: 'the other lock, in Chinese',
    sentence: '竹溪下闸的门槛水深是2.80米。',
    passage: zh,
    verified: false,
  },
  {
    name: 'the lock itself, in Chinese',
    sentence: '竹溪下闸的门槛水深是2.60米。',
    passage: zh,
    verified: true,
  },
  {
    name: 'another column, in Chinese',
    sentence: '竹溪下闸的门槛水深是6.8米。',
    passage: zh,
    verified: false,
  },
  {
    name: 'kilometres in place of metres, in Chinese',
    sentence: '竹溪下闸的门槛水深是2.60公里。',
    passage: zh,
    verified: false,
  },
  {
    name: 'the value of one row said of two things',
    sentence: 'Elder Lock is 1.89 deep over the sill, and so is Alder Lock.',
    passage: locks,
    verified: false,
  },
  {
    name: 'a bound that the row does not set',
    sentence: 'The depth over sill of Elder Lock is more than 1.89.',
    passage: locks,
    verified: false,
  },
  {
    name: 'the values of two rows, exchanged',
    sentence: 'Alder Lock has 1.89 and Elder Lock 1.98 over the sill.',
    passage: locks,
    verified: false,
  },
];

const passageOf = (text: string): Passage => ({
  id: 'p',
  documentId: 'd',
  documentVersion: 'v',
  collection: 'default',
  source: 'handbook.md',
  title: 'Handbook',
  headingPath: [],
  text,
  start: 0,
  end: text.length,
  page: null,
  boxes: [],
  score: 1,
});

for (const { name, sentence, passage, verified } of cases)
  test(`${verified ? 'verified' : 'not verified'}: ${name}`, () => {
    const citation = citeSentence({ text: sentence, start: 0, end: sentence.length }, passageOf(passage), 1);
    assert.equal(citation.verified, verified, citation.problems.join(', '));
  });
