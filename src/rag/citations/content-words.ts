import { englishStem } from '../retrieval/english-stem.ts';

/** Words that say little about what a sentence is about. */
export const functionWords: ReadonlySet<string> = new Set(
  'a an the this that these those it its he she they we you i his her him hers their them our us your my me in on at by for from to of and or but if when while as with is are was were be been being has have had do does did will would can could may might shall should must there here also then than so such both either each some any all more most other another into onto over under about between during through which who whom whose what where why how not no nor only own same too very just s t don isn aren wasn weren doesn didn'.split(
    ' ',
  ),
);
const hanFunction = /^[的了是在和与及或也都就被把对为以其之于等而且并有这那个们]+$/u;
const cjkRun = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]+/gu;
const word =
  /[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{M}\p{N}]+(?:[.,'’-][\p{Script=Latin}\p{M}\p{N}]+)*/gu;

/**
 * Distinct content words of a text, stemmed; for scripts without spaces, character pairs. A lone capital inside a
 * sentence counts ("Plan B"). Thousands separators are dropped, so that 12,000 and 12000 are one word.
 */
export function contentWords(text: string): Set<string> {
  const words = new Set<string>();
  for (const match of text.normalize('NFKC').matchAll(word)) {
    const raw = match[0];
    const bare = /^\d/u.test(raw) ? raw.replaceAll(',', '') : raw;
    const lower = bare.toLowerCase().replace(/['’]s$/u, '');
    if (lower.length === 1 && !/\d/u.test(lower)) {
      if (
        /^[B-HJ-Z]$/u.test(raw) ||
        (raw === 'A' && match.index > 0 && /[\p{L}\d]\s$/u.test(text.slice(0, match.index)))
      )
        words.add(`${lower}:`);
      continue;
    }
    if (functionWords.has(lower)) continue;
    words.add(/^[a-z']+$/u.test(lower) ? englishStem(lower) : lower);
    if (lower.includes('-'))
      for (const part of lower.split('-'))
        if (part.length > 1) words.add(/^[a-z]+$/u.test(part) ? englishStem(part) : part);
  }
  for (const [run] of text.matchAll(cjkRun)) {
    const characters = [...run];
    if (characters.length === 1 && !hanFunction.test(run)) words.add(run);
    for (let index = 1; index < characters.length; index += 1) {
      const pair = `${characters[index - 1]}${characters[index]}`;
      if (!hanFunction.test(pair)) words.add(pair);
    }
  }
  return words;
}
