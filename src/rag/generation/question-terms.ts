import { functionWords } from '../citations/content-words.ts';
import { namesIn, type NameFact } from '../citations/names-in.ts';
import { analyse } from '../retrieval/analysis.ts';

/** A question as far as its words weigh: what an extract has to hold. */
export interface QuestionTerms {
  /** Distinct terms without question words and function words, in order. */
  readonly terms: readonly string[];
  readonly names: readonly NameFact[];
  /** Numbers as written, without separators. */
  readonly numbers: readonly string[];
  /** Pairs of characters that belong to two words: they stand in a text only where both words do, side by side. */
  readonly crossing: ReadonlySet<string>;
}

const asking =
  /\b(?:what|which|who|whom|whose|when|where|why|how|many|much|please|tell|explain|describe|give|list|name|kind|type|many|does|do|did|is|are|there|called|known|much|long)\b/giu;
const hanAsking =
  /请问|请|那么|那|这|它们?|她|他|其|应该|应当|需要|多长时间|多长|多久|多大|多高|多远|多深|多宽|多重|告诉我|介绍一下|什么样|什么时候|什么时间|什么地方|什么|为什么|为何|何时|何地|何处|何人|何种|何|哪里|哪儿|哪些|哪个|哪位|哪一[个年部位座家种所条]?|哪|谁|多少|几[个名位年月天次条座部人种岁]|怎么样|怎么|怎样|如何|是否|有没有|能否|可以|吗|呢|是|的|了|在|被|有|于|都|和|与|以及|及|或|由|对|从|到|为|就/gu;

/** @param text the standalone question. */
export function questionTerms(text: string): QuestionTerms {
  const plain = text.normalize('NFKC').replace(hanAsking, ' ').replace(asking, ' ');
  const kept = plain.replace(/[\p{Script=Latin}][\p{Script=Latin}'’]*/gu, (word) =>
    functionWords.has(word.toLowerCase()) ? ' ' : word,
  );
  const tokens = analyse(kept);
  const terms = [...new Set(tokens)].filter(
    (term) => !(term.length === 1 && /[\p{Script=Han}]/u.test(term)) || kept.length < 6,
  );
  const numbers = [...text.matchAll(/(?<![\p{Script=Latin}\d.])\d[\d,]*(?:\.\d+)?/gu)].map(([number]) =>
    number.replaceAll(',', ''),
  );
  return { terms, names: namesIn(text), numbers, crossing: crossingPairs(tokens) };
}

/** The analysis gives each word of a run and then each pair: a pair that is inside no word crosses two. */
function crossingPairs(tokens: readonly string[]): ReadonlySet<string> {
  const crossing = new Set<string>();
  const cjk = tokens.filter((token) => token > '\u3040');
  if (cjk.length === 0) return crossing;
  const times = new Map<string, number>();
  for (const token of cjk) times.set(token, (times.get(token) ?? 0) + 1);
  const words = cjk.filter((token) => token.length > 2);
  for (const [token, count] of times)
    if (
      token.length === 2 &&
      count === 1 &&
      !words.some((word) => word.includes(token)) &&
      // Two words of one character each are often one that the dictionary does not know.
      !(times.has(token[0] ?? '') && times.has(token[1] ?? ''))
    )
      crossing.add(token);
  return crossing;
}
