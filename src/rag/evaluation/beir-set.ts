import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { AppError } from '../../contract/app-error.ts';
import type { Qrels } from './qrels.ts';

const CorpusEntry = z.object({ _id: z.string(), title: z.string().nullish(), text: z.string() });
const Turn = z.object({ role: z.string(), text: z.string() });
const QueryEntry = z.object({
  _id: z.string(),
  text: z.string(),
  history: z.array(Turn).nullish(),
  answers: z.array(z.string()).nullish(),
  answerable: z.boolean().nullish(),
});

export interface BeirDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}
export interface BeirQuery {
  readonly id: string;
  readonly text: string;
  /** What the user said in the conversation, earliest first, the query itself last. */
  readonly userTurns: readonly string[];
  /** Known answers, where the set has them. */
  readonly answers: readonly string[];
  /** False where the set says that no document answers it. */
  readonly answerable: boolean;
}
/** A retrieval set in BEIR's form. @see https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset */
export interface BeirSet {
  readonly documents: readonly BeirDocument[];
  readonly queries: readonly BeirQuery[];
  readonly qrels: Qrels;
}

/** The file, or the same with `.gz`. */
function readText(folder: string, name: string): string {
  const plain = join(folder, name);
  if (existsSync(plain)) return readFileSync(plain, 'utf8');
  if (existsSync(`${plain}.gz`)) return gunzipSync(readFileSync(`${plain}.gz`)).toString('utf8');
  throw new AppError(
    'not-found',
    `Expected ${plain} or ${plain}.gz; a retrieval set has corpus.jsonl, queries.jsonl and qrels.tsv.`,
  );
}

const linesOf = (text: string): readonly { readonly line: string; readonly number: number }[] =>
  text
    .split('\n')
    .map((line, place) => ({ line: line.replace(/\r$/, ''), number: place + 1 }))
    .filter(({ line }) => line !== '');

function readLines<T>(folder: string, name: string, schema: z.ZodType<T>): T[] {
  return linesOf(readText(folder, name)).map(({ line, number }) => {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw new AppError('invalid-argument', `${join(folder, name)}, line ${number}: expected JSON.`, {
        cause,
      });
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new AppError(
      'invalid-argument',
      `${join(folder, name)}, line ${number}: ${z.prettifyError(parsed.error)}`,
    );
  });
}

function readQrels(folder: string): Qrels {
  const qrels = new Map<string, Map<string, number>>();
  for (const { line, number } of linesOf(readText(folder, 'qrels.tsv'))) {
    const [query = '', document = '', score = ''] = line.split('\t');
    if (number === 1 && Number.isNaN(Number(score))) continue;
    if (score === '' || Number.isNaN(Number(score))) {
      throw new AppError(
        'invalid-argument',
        `${join(folder, 'qrels.tsv')}, line ${number}: expected query, document and score between tabs, received "${line}".`,
      );
    }
    const judged = qrels.get(query) ?? new Map<string, number>();
    judged.set(document, Number(score));
    qrels.set(query, judged);
  }
  return qrels;
}

/** Reads a folder of corpus.jsonl, queries.jsonl and qrels.tsv, each plain or gzipped. @throws AppError naming file and line. */
export function readBeirSet(folder: string): BeirSet {
  return {
    documents: readLines(folder, 'corpus.jsonl', CorpusEntry).map(({ _id, title, text }) => ({
      id: _id,
      title: title ?? '',
      text,
    })),
    queries: readLines(folder, 'queries.jsonl', QueryEntry).map((query) => ({
      id: query._id,
      text: query.text,
      userTurns: [
        ...(query.history ?? []).filter(({ role }) => role === 'user').map(({ text }) => text),
        query.text,
      ],
      answers: query.answers ?? [],
      answerable: query.answerable ?? true,
    })),
    qrels: readQrels(folder),
  };
}
