import { questionTerms, type QuestionTerms } from './question-terms.ts';
import { yearsIn } from './read-passages.ts';

/** One thing that is asked for, with what else the question says about it. */
export interface QuestionPart {
  readonly text: string;
  /** The text whose question word says what kind of thing is asked for. */
  readonly kindText: string;
  /** Terms of this part, in order. */
  readonly own: readonly string[];
  /** Every term that counts for this part and how much: 1 for its own, less for what other parts and the dialogue say. */
  readonly factors: ReadonlyMap<string, number>;
  readonly terms: QuestionTerms;
  /** It points at something that another part names or asks for. */
  readonly points: boolean;
  /** The passages were searched for more than this part alone. */
  readonly shared: boolean;
}

/** How much words of another part count */
const otherPart = 0.35;
/** In Chinese a later clause leaves out the subject that the first one names. */
const otherHanPart = 0.6;
/** How much words of the turn before count in a follow-up. */
const dialogue = 0.6;
const maxParts = 3;

const asks =
  /\b(?:who|whom|whose|what|which|when|where|why|how)\b|^(?:and\s)?(?:did|does|do|is|was|were|are|can|may|will|has|have|must)\b|[什哪谁几吗呢]|多[少长大高久远深宽重]|为何|何时|是否|怎/i;
const joint = /[,;，；?？]\s*|\s+and\s+(?=(?:\w+\s)?(?:who|whom|whose|what|which|when|where|why|how)\b)/i;
const points = /\b(?:it|its|she|he|her|his|him|they|their|them|there|this|that)\b|[它他她其]|那里|那儿/i;

/** The pieces of a question that each ask for something; one piece when it asks for one thing. */
function pieces(question: string): string[] {
  const found: string[] = [];
  let open = '';
  for (const piece of question.split(joint)) {
    const text = piece.trim();
    if (text === '') continue;
    // "If it rains, who calls?": a condition belongs to what follows; an afterthought to what precedes.
    if (asks.test(text)) {
      found.push(`${open} ${text}`.trim());
      open = '';
    } else if (found.length > 0 && /^(?:and|or)\b/i.test(text)) found[found.length - 1] += ` ${text}`;
    else open = `${open} ${text}`;
  }
  if (open !== '') {
    if (found.length === 0) return [question];
    found[found.length - 1] += open;
  }
  return found.length > 1 && found.length <= maxParts ? found : [question];
}

/** "from 2025 to 2026": the question once for each year. */
function yearByYear(question: string): string[] {
  const years = [...yearsIn(question)];
  if (years.length !== 2) return [question];
  const [first = '', second = ''] = years;
  return [question.replaceAll(second, ' '), question.replaceAll(first, ' ')];
}

/** "The year before", said about a year that the dialogue names, is that year less one. */
function resolveYear(question: string, before: string): { question: string; before: string } {
  const year = [...yearsIn(before)].at(-1);
  if (year === undefined || yearsIn(question).size > 0) return { question, before };
  const earlier =
    /\b(?:the|a) year (?:before|earlier)\b|\b(?:previous|preceding|prior) year\b|前一年|上一年|去年/i;
  const later = /\b(?:the|a) year (?:after|later)\b|\b(?:next|following) year\b|后一年|下一年|次年|明年/i;
  const step = earlier.test(question) ? -1 : later.test(question) ? 1 : 0;
  if (step === 0) return { question, before };
  return {
    question: `${question.replace(earlier, '').replace(later, '')} ${Number(year) + step}`,
    before: before.replaceAll(year, ' '),
  };
}

/**
 * What a question asks for, part by part.
 *
 * @param query as it was searched for; where it is the turn before and the question, the turn before counts less.
 */
export function questionParts(query: string, question: string): QuestionPart[] {
  const follows = query !== question && query.endsWith(question);
  const resolved = follows
    ? resolveYear(question, query.slice(0, query.length - question.length))
    : { question: query, before: '' };
  const said = follows ? questionTerms(resolved.before) : null;
  const split = pieces(resolved.question);
  const texts = split.length > 1 ? split : yearByYear(resolved.question);
  const all = texts.map((text) => questionTerms(text));
  return texts.map((text, place) => {
    const terms = all[place] ?? questionTerms(text);
    const factors = new Map(terms.terms.map((term) => [term, 1]));
    const add = (more: readonly string[], factor: number): void => {
      for (const term of more) if (!factors.has(term)) factors.set(term, factor);
    };
    if (split.length > 1)
      for (const [other, { terms: more }] of all.entries())
        if (other !== place) add(more, /[\u4e00-\u9fff]/.test(text) ? otherHanPart : otherPart);
    if (said) add(said.terms, dialogue);
    return {
      text: follows ? `${resolved.before} ${text}` : text,
      kindText: asks.test(text.replace(/呢[？?]?$/, '')) ? text : `${resolved.before} ${text}`,
      own: terms.terms.length > 1 || !said ? terms.terms : [...said.terms, ...terms.terms],
      factors,
      shared: texts.length > 1 || follows,
      points: split.length > 1 && points.test(text),
      terms: said
        ? {
            ...terms,
            terms: [...factors.keys()],
            names: [...terms.names, ...said.names],
            numbers: [...terms.numbers, ...said.numbers],
            crossing: new Set([...terms.crossing, ...said.crossing]),
          }
        : {
            ...terms,
            terms: [...factors.keys()],
            crossing: new Set(all.flatMap(({ crossing }) => [...crossing])),
          },
    };
  });
}
