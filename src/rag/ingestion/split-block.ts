import { splitSentences, type Span } from '../citations/split-sentences.ts';
import type { ParsedBlock } from './parser.ts';
import { endAtWeight, textWeight } from './text-weight.ts';

/** A stretch without any sentence is cut at white space or punctuation in its last fifth, else anywhere. */
function cutHard(text: string, span: Span, targetWeight: number): Span[] {
  const pieces: Span[] = [];
  let start = span.start;
  while (start < span.end) {
    let end = endAtWeight(text, start, span.end, targetWeight);
    if (end < span.end) {
      const floor = start + Math.floor((end - start) * 0.8);
      for (let at = end; at > floor; at -= 1)
        if (/[\s,;，；、]/u.test(text[at - 1] ?? '')) {
          end = at;
          break;
        }
    }
    pieces.push(trimmed(text, { start, end }));
    start = end;
  }
  return pieces.filter((piece) => piece.end > piece.start);
}

function trimmed(text: string, { start, end }: Span): Span {
  let from = start;
  let to = end;
  while (from < to && /\s/u.test(text[from] ?? '')) from += 1;
  while (to > from && /\s/u.test(text[to - 1] ?? '')) to -= 1;
  return { start: from, end: to };
}

function lineSpans(text: string, { start, end }: Span): Span[] {
  const spans: Span[] = [];
  let from = start;
  while (from < end) {
    const found = text.indexOf('\n', from);
    const to = found === -1 || found >= end ? end : found + 1;
    // Indentation of code stays; only the line's end goes.
    const stop = text[to - 1] === '\n' ? to - 1 : to;
    if (text.slice(from, stop).trim() !== '') spans.push({ start: from, end: stop });
    from = to;
  }
  return spans;
}

/**
 * Cuts a block that is too heavy for one chunk into pieces of about `targetWeight`: between lines of code, else between
 * sentences, and inside a sentence only when it alone is heavier than `maxWeight`.
 */
export function splitBlock(
  text: string,
  block: ParsedBlock,
  { targetWeight, maxWeight }: { readonly targetWeight: number; readonly maxWeight: number },
): Span[] {
  const whole: Span = { start: block.start, end: block.end };
  const small =
    block.kind === 'code'
      ? lineSpans(text, whole)
      : splitSentences(text.slice(block.start, block.end)).map(({ start, end }) => ({
          start: start + block.start,
          end: end + block.start,
        }));
  const pieces: Span[] = [];
  let open: Span | undefined;
  let openWeight = 0;
  for (const span of small) {
    const weight = textWeight(text, span.start, span.end);
    if (weight > maxWeight) {
      if (open) pieces.push(open);
      open = undefined;
      pieces.push(...cutHard(text, span, targetWeight));
      continue;
    }
    if (open && (openWeight >= targetWeight || openWeight + weight > maxWeight)) {
      pieces.push(open);
      open = undefined;
    }
    openWeight = (open ? openWeight : 0) + weight;
    open = { start: open ? open.start : span.start, end: span.end };
  }
  if (open) pieces.push(open);
  return pieces;
}
