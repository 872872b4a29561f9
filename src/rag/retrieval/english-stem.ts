/**
 * The Snowball English ("Porter2") stemmer, written from its published definition: one small file in place of a
 * package of 24 languages whose import alone takes 23 ms of a cold start.
 *
 * @see https://snowballstem.org/algorithms/english/stemmer.html
 */
const wholeWords = new Map<string, string>([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['sky', 'news', 'howe', 'atlas', 'cosmos', 'bias', 'andes'].map((word) => [word, word] as const),
]);
/** Left alone after the plural step. */
const afterPlural = new Set([
  'inning',
  'outing',
  'canning',
  'herring',
  'earring',
  'proceed',
  'exceed',
  'succeed',
]);

const step2: readonly (readonly [string, string])[] = [
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['iveness', 'ive'],
  ['tional', 'tion'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['entli', 'ent'],
  ['ation', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ousli', 'ous'],
  ['iviti', 'ive'],
  ['fulli', 'ful'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['izer', 'ize'],
  ['ator', 'ate'],
  ['alli', 'al'],
  ['bli', 'ble'],
];
const step3: readonly (readonly [string, string])[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
];
const step4: readonly string[] = [
  'ement',
  'ance',
  'ence',
  'able',
  'ible',
  'ment',
  'ant',
  'ent',
  'ism',
  'ate',
  'iti',
  'ous',
  'ive',
  'ize',
  'al',
  'er',
  'ic',
];

const vowel = /[aeiouy]/;
const shortEnd = /(?:^[aeiouy][^aeiouy]|[^aeiouy][aeiouy][^aeiouywxY])$/;
const regionStart = /[aeiouy][^aeiouy]/;

/** Where the region after the first vowel-consonant pair at or after `from` begins. */
function region(word: string, from: number): number {
  const found = regionStart.exec(word.slice(from));
  return found ? from + found.index + 2 : word.length;
}

function pluralStep(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (word.endsWith('ied') || word.endsWith('ies')) return word.slice(0, word.length > 4 ? -2 : -1);
  if (word.endsWith('us') || word.endsWith('ss')) return word;
  return word.endsWith('s') && vowel.test(word.slice(0, -2)) ? word.slice(0, -1) : word;
}

function pastStep(word: string, r1: number): string {
  const eed = /eed(?:ly)?$/.exec(word);
  if (eed) return eed.index >= r1 ? `${word.slice(0, eed.index)}ee` : word;
  const suffix = /(?:ed|ing)(?:ly)?$/.exec(word);
  if (!suffix || !vowel.test(word.slice(0, suffix.index))) return word;
  const rest = word.slice(0, suffix.index);
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(rest)) return rest.slice(0, -1);
  return r1 >= rest.length && shortEnd.test(rest) ? `${rest}e` : rest;
}

function derivedStep(word: string, r1: number): string {
  for (const [suffix, replacement] of step2) {
    if (!word.endsWith(suffix)) continue;
    const at = word.length - suffix.length;
    return at >= r1 ? word.slice(0, at) + replacement : word;
  }
  const at = word.length - (word.endsWith('ogi') ? 3 : 2);
  if (word.endsWith('ogi')) return at >= r1 && word[at - 1] === 'l' ? `${word.slice(0, at)}og` : word;
  return at >= r1 && /[cdeghkmnrt]li$/.test(word) ? word.slice(0, at) : word;
}

function adjectiveStep(word: string, r1: number, r2: number): string {
  for (const [suffix, replacement] of step3) {
    if (!word.endsWith(suffix)) continue;
    const at = word.length - suffix.length;
    return at >= r1 ? word.slice(0, at) + replacement : word;
  }
  return word.endsWith('ative') && word.length - 5 >= r2 ? word.slice(0, -5) : word;
}

function residueStep(word: string, r2: number): string {
  for (const suffix of step4) {
    if (!word.endsWith(suffix)) continue;
    const at = word.length - suffix.length;
    return at >= r2 ? word.slice(0, at) : word;
  }
  return /[st]ion$/.test(word) && word.length - 3 >= r2 ? word.slice(0, -3) : word;
}

function finalStep(word: string, r1: number, r2: number): string {
  const at = word.length - 1;
  if (word.endsWith('e'))
    return at >= r2 || (at >= r1 && !shortEnd.test(word.slice(0, -1))) ? word.slice(0, -1) : word;
  return word.endsWith('ll') && at >= r2 ? word.slice(0, -1) : word;
}

/** @param text one lower-case word of a to z and apostrophes. */
export function englishStem(text: string): string {
  if (text.length <= 2) return text;
  const known = wholeWords.get(text);
  if (known !== undefined) return known;
  // A y that begins the word or follows a vowel is a consonant: written Y until the end.
  let word = text
    .replace(/^'/, '')
    .replace(/^y/, 'Y')
    .replace(/([aeiouy])y/g, '$1Y');
  const prefix = /^(?:gener|commun|arsen)/.exec(word);
  const r1 = prefix ? prefix[0].length : region(word, 0);
  const r2 = region(word, r1);

  word = pluralStep(word.replace(/'(?:s'?)?$/, ''));
  if (afterPlural.has(word)) return word;
  word = pastStep(word, r1);
  if (/[^aeiouy][yY]$/.test(word) && word.length > 2) word = `${word.slice(0, -1)}i`;
  word = derivedStep(word, r1);
  word = adjectiveStep(word, r1, r2);
  word = residueStep(word, r2);
  return finalStep(word, r1, r2).toLowerCase();
}
