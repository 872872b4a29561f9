import type { CitationProblem, Passage } from '../../contract/passage.ts';
import { boundsAgree } from './bounds-agree.ts';
import { contentWords } from './content-words.ts';
import { dateAgrees, datesIn } from './dates-in.ts';
import { foldText } from './fold-text.ts';
import type { LocatedQuote } from './locate-quote.ts';
import { namesIn, nameStands, strangeHanName } from './names-in.ts';
import { numbersIn, type NumberFact } from './numbers-in.ts';
import { polarityAgrees } from './polarity.ts';
import { crossesRows, rowProblems } from './row-agrees.ts';
import { splitSentences } from './split-sentences.ts';

/** How many of a sentence's content words must stand in the quote. Below, the quote bears out another sentence. */
const minOverlap = 0.6;

/** A part of the evidence within which a number belongs to the words around it. */
interface Clause {
  readonly words: ReadonlySet<string>;
  readonly numbers: readonly NumberFact[];
}

/** Rows of a table come as `Name: cell | Name: cell`: each cell is read together with the first, which names the row. */
function clausesOf(evidence: string): Clause[] {
  return splitSentences(evidence).flatMap(({ start, end }) => {
    const sentence = evidence.slice(start, end);
    const cells = sentence.split(/\s\|\s/u);
    const parts =
      cells.length > 1
        ? cells.map((cell, index) => (index === 0 ? cell : `${cells[0]} ${cell}`))
        : sentence.split(/[;；，、]|,\s|\s(?:and|but|while|whereas|or)\s|而(?=[^且])|但是?/u);
    return parts.map((part) => ({ words: contentWords(part), numbers: numbersIn(part) }));
  });
}

function sameNumber(claim: NumberFact, stated: NumberFact, unitsInEvidence: ReadonlySet<string>): boolean {
  if (Math.abs(claim.value - stated.value) > 1e-9 * Math.max(1, Math.abs(claim.value))) return false;
  if (claim.unit === stated.unit || claim.unit === null)
    return stated.unit !== 'ordinal' || claim.unit === 'ordinal';
  // "12" under a heading "Share (%)": the unit must stand somewhere near.
  return stated.unit === null && unitsInEvidence.has(claim.unit);
}

const unitNames: Readonly<Record<string, RegExp>> = {
  '%': /%|％|percent|百分/iu,
  usd: /\$|usd|dollar|美元/iu,
  eur: /€|eur/iu,
  gbp: /£|gbp|pound/iu,
  cny: /¥|￥|元|rmb|cny|yuan/iu,
  day: /\bdays?\b|天/iu,
  hour: /\bhours?\b|\bh\b|小时/iu,
  minute: /\bmin(?:ute)?s?\b|分钟/iu,
  second: /\bsec(?:ond)?s?\b|\(s\)|秒/iu,
  year: /\byears?\b|年/iu,
  month: /\bmonths?\b|月/iu,
  week: /\bweeks?\b|周/iu,
  km: /\bkm\b|kilomet|公里/iu,
  m: /\bm\b|met(?:er|re)s?\b|米/iu,
  kg: /\bkg\b|kilogram|公斤/iu,
  bar: /\bbar\b/iu,
  litre: /\bl\b|lit(?:er|re)/iu,
  person: /people|persons?|人|位|名/iu,
  times: /times|次/iu,
  celsius: /°c|celsius|℃/iu,
};

/** Another number of the same kind stands with more of the claim's words than the claimed one: it was swapped. */
function swapped(claimed: NumberFact, claimWords: ReadonlySet<string>, clauses: readonly Clause[]): boolean {
  let own = -1;
  let other = -1;
  for (const { words, numbers } of clauses) {
    const shared = [...claimWords].filter((word) => words.has(word) && !/^[\d.]+$/u.test(word)).length;
    const holds = numbers.some((fact) => fact.value === claimed.value);
    if (holds) own = Math.max(own, shared);
    else if (
      numbers.some((fact) => fact.unit === claimed.unit || fact.unit === null || claimed.unit === null)
    )
      other = Math.max(other, shared);
  }
  return own >= 0 && other > own;
}

/** What the passage says about itself beside its text. */
const headings = (passage: Passage): string =>
  [passage.title, ...passage.headingPath, passage.source].join('\n');

function numberProblems(sentence: string, evidence: string, passage: Passage): CitationProblem[] {
  const dates = datesIn(sentence);
  const statedDates = datesIn(evidence);
  const problems: CitationProblem[] = [];
  if (dates.some((claim) => !statedDates.some((stated) => dateAgrees(claim, stated))))
    problems.push('date-not-found');
  const claims = numbersIn(sentence).filter(
    (fact) => !dates.some((date) => fact.start < date.end && date.start < fact.end),
  );
  if (claims.length === 0) return problems;
  const stated = numbersIn(evidence);
  const about = `${headings(passage)}\n${evidence}`;
  const units = new Set(
    Object.entries(unitNames).flatMap(([unit, pattern]) => (pattern.test(about) ? [unit] : [])),
  );
  const missing = claims.filter((claim) => !stated.some((fact) => sameNumber(claim, fact, units)));
  // The number of a heading ("Chapter 3", "Rules of 2024") stands over all of its text.
  const aboveText = numbersIn(headings(passage));
  if (
    missing.some((claim) => !aboveText.some((fact) => fact.value === claim.value && fact.unit === claim.unit))
  )
    problems.push('number-not-found');
  const clauses = clausesOf(evidence);
  const claimWords = contentWords(sentence);
  const listed = /respectively|分别|依次/iu.test(evidence) && claims.length < stated.length;
  if (
    listed ||
    (claims.length < stated.length && claims.some((claim) => swapped(claim, claimWords, clauses)))
  )
    problems.push('number-mismatch');
  else if (
    claims.length > 1 &&
    sentenceClauses(sentence).some(({ fact, words }) => swapped(fact, words, clauses))
  )
    problems.push('number-mismatch');
  return problems;
}

/** Each number of the claim with the words of its own clause. */
function sentenceClauses(sentence: string): { fact: NumberFact; words: ReadonlySet<string> }[] {
  return clausesOf(sentence).flatMap(({ words, numbers }) => numbers.map((fact) => ({ fact, words })));
}

/** The sentence of the evidence that is nearest to the claim: denial is judged there. */
function nearest(sentence: string, evidence: string): string {
  const wanted = contentWords(sentence);
  let best = evidence;
  let most = -1;
  for (const { start, end } of splitSentences(evidence)) {
    const candidate = evidence.slice(start, end);
    const words = contentWords(candidate);
    const shared = [...wanted].filter((word) => words.has(word)).length;
    if (shared > most) [best, most] = [candidate, shared];
  }
  return best;
}

function quotedWordsStand(sentence: string, passageText: string): boolean {
  const folded = foldText(passageText).text;
  return [...sentence.matchAll(/["“”]([^"“”]{2,400})["“”]/gu)].every(([, quoted = '']) =>
    folded.includes(foldText(quoted).text.replace(/[.,;:!?]+$/u, '')),
  );
}

/**
 * Everything that speaks against the sentence being borne out by the located quote; empty means verified. Cautious
 * throughout: a true sentence may stay unverified, a false one must not pass.
 */
export function checkClaim(
  sentence: string,
  passage: Passage,
  quote: LocatedQuote | null,
): CitationProblem[] {
  if (!quote) return ['quote-not-found'];
  const text = passage.text;
  if (quote.how !== 'overlap') {
    // Verbatim, but perhaps cut out of a sentence that denies it: judge with all of that sentence.
    const around = splitSentences(text).filter(({ start, end }) => start < quote.end && quote.start < end);
    const whole = text.slice(around[0]?.start ?? quote.start, around.at(-1)?.end ?? quote.end);
    const words = contentWords(sentence);
    if (words.size === 0) return ['words-not-found'];
    if (crossesRows(text, quote.start, quote.end)) return ['number-mismatch'];
    return polarityAgrees(text.slice(quote.start, quote.end), whole) ? [] : ['polarity-mismatch'];
  }
  const evidence = text.slice(quote.start, quote.end);
  const problems = numberProblems(sentence, evidence, passage);
  const folded = foldText(`${headings(passage)}\n${text}`).text;
  const strange =
    namesIn(sentence).some((name) => !nameStands(name, folded)) || strangeHanName(sentence, text);
  if (strange) problems.push('name-not-found');
  if (quote.overlap < minOverlap) problems.push('words-not-found');
  if (!quotedWordsStand(sentence, text)) problems.push('quote-not-found');
  const closest = nearest(sentence, evidence);
  if (!polarityAgrees(sentence, closest) || !boundsAgree(sentence, closest))
    problems.push('polarity-mismatch');
  return problems.length > 0 ? problems : rowProblems(sentence, evidence, headings(passage));
}
