import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { programs } from '../../support/sluice-process.ts';

const Question = z.object({
  id: z.string(),
  question: z.string(),
  answers: z.array(z.string()),
  sources: z.array(z.string()),
});
export type ExampleQuestion = z.infer<typeof Question>;

const file = join(dirname(programs.examples), 'questions.jsonl');

/** A question about the example documents, with what its answer must hold and where that stands. */
export function exampleQuestion(id: string): ExampleQuestion {
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.trim() === '') continue;
    const question = Question.parse(JSON.parse(line));
    if (question.id === id) return question;
  }
  throw new Error(`${file} holds no question ${id}`);
}
