import type { PassageIndex } from '../../index/passage-index.ts';
import type { AnswerWriter, WriterPart } from '../answer-writer.ts';
import { extractAnswer } from '../extract-answer.ts';
import { notInDocuments } from '../not-in-documents.ts';
import { questionParts } from '../question-parts.ts';
import { evidenceThreshold } from '../weigh-evidence.ts';

/** What of the index an extract needs: how rare its words are. */
export type TermSource = Pick<PassageIndex, 'termStatistics'>;

/** Rows and list items stand on lines of their own; sentences of scripts without spaces touch. */
function separator(before: string, after: string): string {
  if (before === '') return '';
  if (/\s\|\s|^[-*•]\s|^\d+[.)]\s/u.test(before) || /\s\|\s|^[-*•]\s|^\d+[.)]\s/u.test(after)) return '\n';
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}。！？]$/u.test(before) ? '' : ' ';
}

/** Line ends inside a sentence are the page's, not the sentence's; words stay as they are. */
function unwrapped(text: string): string {
  return text
    .replace(/(?<=[\p{Script=Han}，、；：])[ \t]*\r?\n[ \t]*(?=\p{Script=Han})/gu, '')
    .replace(/[ \t]*\r?\n[ \t]*/gu, ' ');
}

/** Answers without a model: one to three sentences of the passages, verbatim; or that the documents do not say. */
export function createExtractiveWriter(index: TermSource): AnswerWriter {
  return {
    name: 'extractive',
    async *write({ question, query, passages, scope, statistics: known }): AsyncGenerator<WriterPart> {
      yield { type: 'text-start' };
      const terms = new Set(questionParts(query, question).flatMap(({ factors }) => [...factors.keys()]));
      const statistics = known ?? (await index.termStatistics(scope, [...terms]));
      const extract = extractAnswer(query, passages, statistics, question);
      const grounded = extract.sentences.length > 0 && extract.evidence >= evidenceThreshold;
      if (grounded) {
        let answer = '';
        for (const { passage, start, end } of extract.sentences) {
          const text = unwrapped(passage.text.slice(start, end));
          const delta = `${separator(answer, text)}${text}`;
          answer += delta;
          yield { type: 'text-delta', text: delta };
          yield {
            type: 'claim',
            start: answer.length - text.length,
            end: answer.length,
            passages: [passages.indexOf(passage)],
          };
        }
      } else {
        yield { type: 'text-delta', text: notInDocuments(question) };
      }
      const notes = {
        requestHash: null,
        statistics: { chunks: statistics.chunks, frequency: [...statistics.frequency] },
        evidence: extract.evidence,
        sentences: extract.sentences.map(({ passage, start, end, evidence }) => ({
          passage: passages.indexOf(passage),
          start,
          end,
          evidence,
        })),
      };
      yield { type: 'text-end', finishReason: 'stop', usage: null, grounded, notes };
    },
  } satisfies AnswerWriter;
}
