import assert from 'node:assert/strict';
import test from 'node:test';
import { englishStem } from './english-stem.ts';

// Pairs from the published description of the algorithm and its exceptions.
const cases: readonly (readonly [word: string, want: string])[] = [
  ['consign', 'consign'],
  ['consigned', 'consign'],
  ['consigning', 'consign'],
  ['consignment', 'consign'],
  ['consistency', 'consist'],
  ['consolations', 'consol'],
  ['knackeries', 'knackeri'],
  ['knightly', 'knight'],
  ['generously', 'generous'],
  ['communication', 'communic'],
  ['arsenic', 'arsenic'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['news', 'news'],
  ['innings', 'inning'],
  ['hopping', 'hop'],
  ['hoped', 'hope'],
  ['luxuriated', 'luxuri'],
  ['gas', 'gas'],
  ['gaps', 'gap'],
  ['ties', 'tie'],
  ['cries', 'cri'],
  ['saying', 'say'],
  ['enjoy', 'enjoy'],
  ['by', 'by'],
  ["king's", 'king'],
  ['sensational', 'sensat'],
  ['rational', 'ration'],
  ['relate', 'relat'],
  ['controll', 'control'],
];

test('words stem as the Snowball English algorithm says', () => {
  assert.deepEqual(
    cases.map(([word]) => [word, englishStem(word)]),
    cases.map(([word, want]) => [word, want]),
  );
});
