import { createClaimTracker, type MarkedSentence } from '../claim-tracker.ts';
import { createMarkReader, type MarkedPart } from '../citation-marks.ts';
import { AppError } from '../../../contract/app-error.ts';
import type { AnswerWriter, WriterPart } from '../answer-writer.ts';
import type { LanguageModel } from '../language-model.ts';
import { notInDocuments, saysNotInDocuments } from '../not-in-documents.ts';
import { answerPrompt } from '../prompt.ts';

// Importing node:crypto as a module loads the whole of WebCrypto with it.
const { hash } = process.getBuiltinModule('node:crypto');

export interface WrittenOptions {
  readonly temperature: number;
  readonly maxTokens: number;
}

/** A token is about four characters. A server that goes on beyond four times that does not heed `maxTokens`. */
const maxCharactersPerToken = 16;

/**
 * Answers in a model's words; its [n] marks become claims and leave the visible text. What runs on past
 * `maxTokens` is cut, as `length`. `write` throws AppError `upstream-failed` when the model says nothing at all.
 */
export function createModelWriter(model: LanguageModel, options: WrittenOptions): AnswerWriter {
  return {
    name: model.name,
    async *write({ question, history, passages }, signal): AsyncGenerator<WriterPart> {
      yield { type: 'text-start' };
      if (passages.length === 0) {
        yield { type: 'text-delta', text: notInDocuments(question) };
        yield { type: 'text-end', finishReason: 'stop', usage: null, grounded: false };
        return;
      }
      const reader = createMarkReader();
      const tracker = createClaimTracker();
      const claim = ({ start, end, numbers }: MarkedSentence): WriterPart => ({
        type: 'claim',
        start,
        end,
        passages: numbers
          .map((number) => number - 1)
          .filter((place) => place >= 0 && place < passages.length),
      });
      const take = function* (parts: readonly MarkedPart[]): Generator<WriterPart> {
        for (const part of parts) {
          if (part.type === 'marks') {
            tracker.addMarks(part.numbers);
            continue;
          }
          const complete = tracker.addText(part.text);
          yield { type: 'text-delta', text: part.text };
          yield* complete.map(claim);
        }
      };
      let finishReason: 'stop' | 'length' = 'stop';
      let usage: Extract<WriterPart, { type: 'text-end' }>['usage'] = null;
      const request = { messages: answerPrompt(question, history, passages), ...options };
      for await (const part of model.generate(request, signal)) {
        if (part.type === 'text-delta') yield* take(reader.push(part.text));
        else if (part.type === 'text-end') ({ finishReason, usage } = part);
        if (tracker.text.length > options.maxTokens * maxCharactersPerToken) {
          finishReason = 'length';
          break;
        }
      }
      yield* take(reader.flush());
      if (tracker.text.trim() === '') throw saidNothing(model.name, finishReason);
      const refused = saysNotInDocuments(tracker.text);
      if (!refused) yield* tracker.end().map(claim);
      const requestHash = hash('sha256', JSON.stringify(request));
      const notes = { requestHash, statistics: null, evidence: null, sentences: [] };
      yield { type: 'text-end', finishReason, usage, grounded: !refused, notes };
    },
  } satisfies AnswerWriter;
}

function saidNothing(name: string, finishReason: 'stop' | 'length'): AppError {
  const fix =
    finishReason === 'length' ? 'It used up model.maxTokens before its first word: raise it.' : 'Ask again.';
  return new AppError('upstream-failed', `The model (${name}) answered without a word. ${fix}`);
}
