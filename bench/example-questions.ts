import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { localPrincipal } from '../src/contract/principal.ts';
import type { Citation } from '../src/contract/passage.ts';
import { systemClock } from '../src/platform/clock.ts';
import { answer } from '../src/rag/answer.ts';
import type { AnswerServices } from '../src/rag/answer-services.ts';
import { standaloneQuery } from '../src/rag/conversation/standalone-query.ts';
import { createMemoryConversations } from '../src/rag/conversation/drivers/memory.ts';
import { createExtractiveWriter } from '../src/rag/generation/drivers/extractive.ts';
import { createSqliteIndex } from '../src/rag/index/drivers/sqlite.ts';
import { createDocumentReader } from '../src/rag/ingestion/document-reader.ts';
import { openIngestion } from '../src/rag/ingestion/open-ingestion.ts';
import { runJobs } from '../src/rag/ingestion/run-jobs.ts';
import { syncFolder } from '../src/rag/ingestion/sync-folder.ts';
import { createRetriever } from '../src/rag/retrieval/retriever.ts';
import type { BenchFigure, BenchReport } from './report.ts';
import { median } from './statistics.ts';

// The questions of examples/questions.jsonl, asked as a newcomer would: the example documents are ingested into a new
// index, every question goes through retrieval, generation and citations, a follow-up inside the conversation of the
// question it follows. Conversations stay in memory; everything else is what a replica runs.

interface Example {
  readonly id: string;
  readonly language: string;
  readonly kind: 'single' | 'multi' | 'follow-up' | 'unanswerable';
  readonly question: string;
  readonly answers: readonly string[];
  readonly sources: readonly string[];
  readonly after?: string;
}

interface Outcome {
  readonly example: Example;
  readonly text: string;
  readonly grounded: boolean;
  readonly citations: readonly Citation[];
  readonly conversationId: string;
  readonly tookMs: number;
}

const documents = fileURLToPath(new URL('../examples/documents', import.meta.url));
const questionsFile = fileURLToPath(new URL('../examples/questions.jsonl', import.meta.url));
const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
const holds = (text: string, wanted: string): boolean => plain(text).includes(plain(wanted));

async function ingestExamples(dataDir: string, signal: AbortSignal): Promise<void> {
  const { catalogue, blobs } = openIngestion(dataDir, systemClock);
  await using _catalogue = catalogue;
  await using index = createSqliteIndex({ path: join(dataDir, 'knowledge.sqlite'), embedder: null });
  await using reader = createDocumentReader({ clock: systemClock, timeoutMs: 60_000 });
  const scope = { tenant: localPrincipal.tenant, collection: 'default' };
  const maxDocumentBytes = 10_000_000;
  for await (const event of syncFolder(
    { catalogue, blobs, index, maxDocumentBytes },
    scope,
    documents,
    signal,
  ))
    if (event.type === 'refused') throw event.error;
  const limits = { maxTextCharacters: 5_000_000, maxPages: 1000 };
  await runJobs(
    { catalogue, blobs, index, embedder: null, reader, clock: systemClock, limits },
    { holder: 'bench', signal, onEvent: () => {} },
  );
}

async function askOne(
  services: AnswerServices,
  example: Example,
  conversationId: string | null,
  signal: AbortSignal,
): Promise<Outcome> {
  const { question } = example;
  const asked = {
    kind: 'question',
    question,
    conversationId,
    collection: 'default',
    idempotencyKey: null,
  } as const;
  const startMs = performance.now();
  for await (const part of answer(
    services,
    { principal: localPrincipal, asked, clientHistory: [] },
    signal,
  )) {
    if (part.type !== 'done') continue;
    const { grounded, citations, conversationId: conversation } = part.details;
    const tookMs = performance.now() - startMs;
    return { example, text: part.text, grounded, citations, conversationId: conversation, tookMs };
  }
  throw new Error(`${example.id}: the answer ended without a last part.`);
}

/** Every expected string stands in the answer. */
const isRight = ({ example, text }: Outcome): boolean =>
  example.answers.every((wanted) => holds(text, wanted));
const isCited = ({ example, citations }: Outcome): boolean =>
  citations.some(({ verified, passage }) => verified && example.sources.includes(passage.source));
/** A cited sentence from another source than the expected ones, or one that holds none of the expected strings. */
const isIrrelevant = ({ example, text }: Outcome, { passage, answerStart, answerEnd }: Citation): boolean =>
  !example.sources.includes(passage.source) ||
  !example.answers.some((wanted) => holds(text.slice(answerStart, answerEnd), wanted));

function figuresOf(group: string, outcomes: readonly Outcome[]): BenchFigure[] {
  const answerable = outcomes.filter(({ example }) => example.kind !== 'unanswerable');
  const unanswerable = outcomes.filter(({ example }) => example.kind === 'unanswerable');
  const of = (name: string, part: number, all: number): BenchFigure[] =>
    all === 0
      ? []
      : [{ name: `${group}: ${name}`, value: `${part} of ${all} (${Math.round((100 * part) / all)} %)` }];
  const count = (test: (outcome: Outcome) => boolean): number => answerable.filter(test).length;
  return [
    ...of('answer holds all expected', count(isRight), answerable.length),
    ...of('verified citation from an expected source', count(isCited), answerable.length),
    ...of(
      'no irrelevant sentence',
      count((outcome) => !outcome.citations.some((citation) => isIrrelevant(outcome, citation))),
      answerable.length,
    ),
    ...of(
      'answerable, refused',
      count(({ grounded }) => !grounded),
      answerable.length,
    ),
    ...of(
      'unanswerable, refused',
      unanswerable.filter(({ grounded }) => !grounded).length,
      unanswerable.length,
    ),
  ];
}

/** Questions as dialogues: a follow-up belongs to the half of what it follows, so that halves share nothing. */
function halfOf(example: Example, all: readonly Example[]): 'tuning half' | 'held-out half' {
  const starts = all.filter(({ after }) => after === undefined);
  const place = starts.findIndex(({ id }) => id === (example.after ?? example.id));
  return place % 2 === 0 ? 'tuning half' : 'held-out half';
}

async function askAll(
  examples: readonly Example[],
  services: AnswerServices,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const example of examples) {
    const before = outcomes.find(({ example: { id } }) => id === example.after);
    outcomes.push(await askOne(services, example, before?.conversationId ?? null, signal));
  }
  return outcomes;
}

/** @param args `--show` prints what is not right in the tuning half; `--show-all` every answer; a path reads other questions. */
export async function run(args: readonly string[]): Promise<BenchReport> {
  const file = args.find((arg) => !arg.startsWith('--')) ?? questionsFile;
  const examples = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Example);
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const { signal } = new AbortController();
  try {
    await ingestExamples(dataDir, signal);
    await using index = createSqliteIndex({ path: join(dataDir, 'knowledge.sqlite'), embedder: null });
    await using store = createMemoryConversations();
    const retriever = createRetriever({ index, embedder: null, clock: systemClock });
    const extractive = createExtractiveWriter(index);
    let ids = 0;
    const outcomes = await askAll(
      examples,
      {
        store,
        standaloneQuery,
        rewrite: null,
        clock: systemClock,
        replicaId: 'bench',
        newId: () => `id-${(ids += 1)}`,
        retrieve: (request) => retriever.retrieve(request),
        writer: async () => extractive,
      },
      signal,
    );
    for (const outcome of outcomes) {
      const { example, text, grounded } = outcome;
      const fine = example.kind === 'unanswerable' ? !grounded : isRight(outcome);
      const clean = !outcome.citations.some((citation) => isIrrelevant(outcome, citation));
      if (
        args.includes('--show-all') ||
        (args.includes('--show') &&
          !(fine && (!grounded || clean)) &&
          halfOf(example, examples) === 'tuning half')
      )
        console.log(
          `${fine ? 'right' : 'WRONG'} ${halfOf(example, examples)} ${example.id} ${example.question}\n  wanted ${example.answers.join(', ')}\n  ${text.replaceAll('\n', '\n  ')}\n`,
        );
    }
    const groups: [string, (example: Example) => boolean][] = [
      ['all', () => true],
      ['en', ({ language }) => language === 'en'],
      ['zh', ({ language }) => language === 'zh'],
      ['single', ({ kind }) => kind === 'single'],
      ['multi', ({ kind }) => kind === 'multi'],
      ['follow-up', ({ kind }) => kind === 'follow-up'],
      ['tuning half', (example) => halfOf(example, examples) === 'tuning half'],
      ['held-out half', (example) => halfOf(example, examples) === 'held-out half'],
    ];
    const times = outcomes.map(({ tookMs }) => tookMs);
    const citations = outcomes.flatMap((outcome) => outcome.citations);
    return {
      scenario: 'example-questions',
      figures: [
        { name: 'questions', value: examples.length },
        ...groups.flatMap(([group, belongs]) =>
          figuresOf(
            group,
            outcomes.filter(({ example }) => belongs(example)),
          ),
        ),
        {
          name: 'citations verified',
          value: citations.filter(({ verified }) => verified).length / Math.max(1, citations.length),
        },
        { name: 'question to answer, median', value: median(times), unit: 'ms' },
      ],
      notes: [
        'an irrelevant sentence is one from a source that is not expected, or one that holds none of the expected strings',
        'halves: dialogues by turns. Rules were tuned on the first; answers of the second were seen once, before any rule was changed, and its figures while tuning: no blind test',
      ],
    };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}
