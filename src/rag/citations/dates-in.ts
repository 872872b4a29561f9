/** A date as a text states it; null where it leaves a part out. */
export interface DateFact {
  readonly year: number | null;
  readonly month: number;
  readonly day: number | null;
  /** Set for `03/04/2024`, which two conventions read differently: equal only to the same writing. */
  readonly ambiguous: string | null;
  /** Span in the text, UTF-16 units, end exclusive. */
  readonly start: number;
  readonly end: number;
}

const monthNames =
  'january february march april may june july august september october november december'.split(' ');
const monthPattern =
  '(jan(?:uary|\\.)?|feb(?:ruary|\\.)?|mar(?:ch|\\.)?|apr(?:il|\\.)?|may|june?\\.?|july?\\.?|aug(?:ust|\\.)?|sept?(?:ember|\\.)?|oct(?:ober|\\.)?|nov(?:ember|\\.)?|dec(?:ember|\\.)?)';
const hanDigits = '零一二三四五六七八九十';

const monthOf = (name: string): number =>
  monthNames.findIndex((full) => full.startsWith(name.slice(0, 3).toLowerCase())) + 1;

function hanSmall(text: string): number {
  if (/^\d+$/u.test(text)) return Number(text);
  const [before = '', after = ''] = text.split('十');
  if (!text.includes('十')) return hanDigits.indexOf(text);
  return (before === '' ? 1 : hanDigits.indexOf(before)) * 10 + (after === '' ? 0 : hanDigits.indexOf(after));
}

const hanYear = (text: string): number =>
  Number(
    [...text].map((char) => (/\d/u.test(char) ? char : char === '〇' ? 0 : hanDigits.indexOf(char))).join(''),
  );

type Reader = readonly [RegExp, (groups: readonly string[]) => Omit<DateFact, 'start' | 'end'> | null];

const date = (
  year: number | null,
  month: number,
  day: number | null,
): Omit<DateFact, 'start' | 'end'> | null =>
  month >= 1 && month <= 12 && (day === null || (day >= 1 && day <= 31))
    ? { year, month, day, ambiguous: null }
    : null;
const num = (text: string | undefined): number | null => (text ? Number(text) : null);

const readers: readonly Reader[] = [
  [
    /(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/gu,
    ([, y, m, d]) => date(Number(y), Number(m), Number(d)),
  ],
  [
    /(?<!\d)(\d{1,2})([/.])(\d{1,2})\2(\d{4})(?!\d)/gu,
    ([all = '', a, , b, y]) => {
      const [first, second] = [Number(a), Number(b)];
      if (first > 12) return date(Number(y), second, first);
      if (second > 12 || first === second) return date(Number(y), first, second);
      return { year: Number(y), month: 0, day: null, ambiguous: all };
    },
  ],
  [
    new RegExp(`\\b${monthPattern}\\s+(\\d{1,2})(?:st|nd|rd|th)?(?!\\d)(?:,?\\s+(\\d{4})(?!\\d))?`, 'giu'),
    ([, month = '', d, y]) => date(num(y), monthOf(month), Number(d)),
  ],
  [
    new RegExp(
      `(?<!\\d)(\\d{1,2})(?:st|nd|rd|th)?\\s+(?:of\\s+)?${monthPattern}\\b(?:,?\\s+(\\d{4})(?!\\d))?`,
      'giu',
    ),
    ([, d, month = '', y]) => date(num(y), monthOf(month), Number(d)),
  ],
  [
    new RegExp(`\\b${monthPattern},?\\s+(\\d{4})(?!\\d)`, 'giu'),
    ([, month = '', y]) => date(Number(y), monthOf(month), null),
  ],
  [
    /([\d〇零一二三四五六七八九]{4})\s?年\s?([\d一二三四五六七八九十]{1,3})\s?月(?:\s?([\d一二三四五六七八九十]{1,3})\s?[日号號])?/gu,
    ([, y = '', m = '', d]) => date(hanYear(y), hanSmall(m), d ? hanSmall(d) : null),
  ],
  [
    /(?<!个)(?<![\d年])([\d一二三四五六七八九十]{1,3})\s?月\s?([\d一二三四五六七八九十]{1,3})\s?[日号號]/gu,
    ([, m = '', d = '']) => date(null, hanSmall(m), hanSmall(d)),
  ],
];

/** Dates of a text in their usual writings: `2024-03-01`, `March 1, 2024`, `1 Mar 2024`, `March 2024`, `2024年3月1日`, `3月1日`. */
export function datesIn(text: string): DateFact[] {
  const found: DateFact[] = [];
  for (const [pattern, read] of readers) {
    for (const match of text.matchAll(pattern)) {
      const start = match.index;
      const end = start + match[0].length;
      if (found.some((fact) => start < fact.end && fact.start < end)) continue;
      const fact = read([...match]);
      if (fact) found.push({ ...fact, start, end });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** True when everything that `claim` states about the date stands in `stated`. */
export function dateAgrees(claim: DateFact, stated: DateFact): boolean {
  if (claim.ambiguous !== null || stated.ambiguous !== null) return claim.ambiguous === stated.ambiguous;
  return (
    claim.month === stated.month &&
    (claim.year === null || claim.year === stated.year) &&
    (claim.day === null || claim.day === stated.day)
  );
}
