import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Passage } from '../../contract/passage.ts';
import { lockPassages } from '../testing/replica-services.ts';
import type { AnswerTrace } from './answer-trace.ts';
import { maxTraceLength, traceText } from './trace-text.ts';

const [lock] = lockPassages;
assert.ok(lock);
const long = (id: string, length: number): Passage => ({ ...lock, id, text: 'x'.repeat(length) });

const made = (passages: readonly Passage[]): AnswerTrace =>
  JSON.parse(
    traceText({
      turnId: 't',
      conversationId: 'c',
      collection: 'default',
      question: 'When?',
      standaloneQuery: 'When?',
      history: [],
      generation: 3,
      passages,
      writer: 'extractive',
      notes: null,
      answer: 'In 1931.',
      grounded: true,
      citations: [],
      timings: { retrievedMs: 1, firstTextMs: 2, answeredMs: 3 },
    }),
  ) as AnswerTrace;

const cases: readonly { name: string; passages: readonly Passage[]; kept: number; truncated: boolean }[] = [
  { name: 'all passages of a usual answer are kept', passages: lockPassages, kept: 2, truncated: false },
  {
    name: 'the last passages are left out of a trace that would be too long',
    passages: [long('a', 120_000), long('b', 60_000), long('c', 60_000)],
    kept: 2,
    truncated: true,
  },
  {
    name: 'one enormous passage leaves none',
    passages: [long('a', maxTraceLength + 1)],
    kept: 0,
    truncated: true,
  },
];

for (const { name, passages, kept, truncated } of cases)
  test(name, () => {
    const trace = made(passages);
    assert.deepEqual([trace.passages.length, trace.truncated], [kept, truncated]);
  });
