import { markAnswer } from './mark-answer.ts';
import type { PageTurn } from './chat-state.ts';

/** An answer as plain text: a number after each cited sentence, and below it where each number leads. */
export function copyText({ answer, citations }: Pick<PageTurn, 'answer' | 'citations'>): string {
  const text = markAnswer(answer, citations)
    .map((segment) => {
      const numbers = [...new Set(segment.marks.map(({ number }) => number))];
      return segment.text + numbers.map((number) => ` [${number}]`).join('');
    })
    .join('');
  const places = new Map(
    citations.map(({ number, passage }) => [
      number,
      passage.page === null ? passage.source : `${passage.source}:${passage.page}`,
    ]),
  );
  if (places.size === 0) return text;
  const list = [...places].sort(([a], [b]) => a - b).map(([number, place]) => `[${number}] ${place}`);
  return `${text}\n\n${list.join('\n')}`;
}
