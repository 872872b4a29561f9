/** A name as a text writes it, folded to lower case, with the words it is made of. */
export interface NameFact {
  readonly words: readonly string[];
  readonly start: number;
  readonly end: number;
}

const token = /[\p{L}\p{M}\p{N}]+(?:[.'’&/+-][\p{L}\p{M}\p{N}]+)*/gu;
const connectors = new Set('of the de la le van von der den di da du al bin y e &'.split(' '));
/** Capitalised in titles and at beginnings, and names of nothing. */
const noNames = new Set(
  'i a an the this that these those it its he she they we you his her their our your my in on at by for from to of and or but if when while after before as with without is are was were has have had do does did not no yes there here each all both some any one two three however also then thus section chapter figure table note according monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec answer because during since until about between only every what who which where how why'.split(
    ' ',
  ),
);
const han = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const surnames =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤張劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧葉蘇魏呂';

/** "Dr.Smith’s" -> "smith"; dots and possessives say nothing. */
const fold = (word: string): string =>
  word
    .replace(/['’]s$/u, '')
    .replace(/\./gu, '')
    .normalize('NFKC')
    .toLowerCase();

/**
 * Names of a sentence: capitalised words (a lone one at the very beginning does not count, unless it is an acronym or
 * has inner capitals or digits), words with digits such as `RFC7231`, Latin words inside CJK text, and CJK titles in
 * 《》「」『』.
 */
export function namesIn(text: string): NameFact[] {
  const found: NameFact[] = [];
  const cjk =
    [...text.matchAll(/\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/gu)].length * 2 >
    [...text.matchAll(/\p{Script=Latin}/gu)].length;
  let run: { words: string[]; start: number; end: number; first: boolean } | null = null;
  const close = (): void => {
    if (!run) return;
    while (
      run.words.length > 0 &&
      (connectors.has(run.words.at(-1) ?? '') || noNames.has(run.words.at(-1) ?? ''))
    )
      run.words.pop();
    while (run.words.length > 0 && noNames.has(run.words[0] ?? '')) run.words.shift();
    if (run.words.length > 0) found.push({ words: run.words, start: run.start, end: run.end });
    run = null;
  };
  let previousEnd = 0;
  let index = -1;
  for (const match of text.matchAll(token)) {
    if (han.test(match[0])) {
      close();
      // A Latin name inside CJK text has no spaces round it.
      for (const part of match[0].matchAll(/[\p{Script=Latin}][\p{Script=Latin}\d+-]+/gu))
        found.push({
          words: [fold(part[0])],
          start: match.index + part.index,
          end: match.index + part.index + part[0].length,
        });
      previousEnd = match.index + match[0].length;
      continue;
    }
    index += 1;
    const word = match[0];
    const between = text.slice(previousEnd, match.index);
    previousEnd = match.index + word.length;
    const latin = /\p{Script=Latin}/u.test(word);
    const version = /^\d{1,3}(?:\.\d+){2,}$/u.test(word);
    const code =
      version ||
      (latin &&
        /\p{Lu}.*\p{Lu}|\p{L}.*\d|\d.*\p{Lu}|\p{Ll}\p{Lu}/u.test(word) &&
        !/^\d+(?:st|nd|rd|th|s|k|[a-z]{1,2})$/u.test(word));
    const capital = /^\p{Lu}/u.test(word);
    const opening = index === 0 || /[.!?:;\n"“(|]\s*$/u.test(between);
    if (run !== null && !/^[\s.]{1,2}$/u.test(between)) close();
    if (capital || code || (cjk && latin && word.length > 1)) {
      const open: { words: string[]; start: number; end: number; first: boolean } = run ?? {
        words: [],
        start: match.index,
        end: 0,
        first: opening && !code,
      };
      open.words.push(fold(word));
      open.end = previousEnd;
      run = open;
    } else if (run !== null && connectors.has(word)) {
      (run as { words: string[] }).words.push(word);
    } else {
      if (
        run !== null &&
        (run as { first: boolean }).first &&
        (run as { words: string[] }).words.length === 1
      )
        run = null;
      close();
    }
  }
  close();
  for (const match of text.matchAll(/[《「『]([^》」』]{1,60})[》」』]/gu)) {
    if (han.test(match[1] ?? ''))
      found.push({
        words: [fold(match[1] ?? '')],
        start: match.index + 1,
        end: match.index + match[0].length - 1,
      });
  }
  return found.filter(({ words }) =>
    words.some((word) => !noNames.has(word) && (word.length > 1 || words.length > 1)),
  );
}

/**
 * Do all words of the name stand close together in `folded` (lower case)? "John Smith" is borne out by
 * "John A. Smith", not by "John Miller and Anna Smith".
 */
export function nameStands(name: NameFact, folded: string): boolean {
  const words = name.words.filter((word) => !connectors.has(word));
  if (words.some((word) => han.test(word))) return words.every((word) => folded.includes(word));
  const tokens = [...folded.matchAll(token)].flatMap(([word]) => [
    fold(word),
    ...(/[-/&+]/u.test(word) ? word.split(/[-/&+]/u).map(fold) : []),
  ]);
  const first = words[0] ?? '';
  const same = (a: string, b: string): boolean =>
    a === b || (b.length > 3 && (a === `${b}s` || b === `${a}s` || a === `${b}es`));
  return (
    tokens.some((start, at) => {
      if (!same(start, first)) return false;
      let from = at;
      for (const word of words.slice(1)) {
        const next = tokens.findIndex(
          (candidate, place) => place > from && place <= from + 3 && same(candidate, word),
        );
        if (next < 0) return false;
        from = next;
      }
      return true;
    }) ||
    (han.test(folded) && words.every((word) => folded.includes(word)))
  );
}

/** A run of the claim that looks like a Chinese person's name and stands nowhere in the passage. */
export function strangeHanName(claim: string, passage: string): boolean {
  for (const match of claim.matchAll(new RegExp(`[${surnames}][\\p{Script=Han}]{1,2}`, 'gu'))) {
    const pair = match[0].slice(0, 2);
    if (!passage.includes(pair) && !passage.includes(match[0].slice(0, 1) + match[0].slice(-1))) return true;
  }
  return false;
}
