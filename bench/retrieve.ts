import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/platform/clock.ts';
import { standaloneQuery } from '../src/rag/conversation/standalone-query.ts';
import { readBeirSet } from '../src/rag/evaluation/beir-set.ts';
import { runQuality } from '../src/rag/evaluation/metrics.ts';
import { createSqliteIndex } from '../src/rag/index/drivers/sqlite.ts';
import { createRetriever } from '../src/rag/retrieval/retriever.ts';
import type { BenchFigure, BenchReport } from './report.ts';
import { percentile } from './statistics.ts';

// Retrieval quality on the sets of SLUICE_DATA, through the SQLite driver and the retriever, follow-ups included.

/** Depth of the ranking that is judged. */
const depth = 10;

async function measure(folder: string, name: string): Promise<BenchFigure[]> {
  const set = readBeirSet(join(folder, name));
  const directory = await mkdtemp(join(tmpdir(), 'sluice-retrieve-'));
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rm(directory, { recursive: true }));
  const index = cleaning.use(
    createSqliteIndex({ path: join(directory, 'knowledge.sqlite'), embedder: null }),
  );
  const scope = { tenant: 'bench', collection: name };

  const startMs = performance.now();
  for (const { id, title, text } of set.documents) {
    const chunk = {
      id,
      position: 0,
      headingPath: [],
      text,
      start: 0,
      end: text.length,
      page: null,
      boxes: [],
      vector: null,
    };
    await index.replaceDocument({ ...scope, documentId: id, version: '1', source: id, title, text }, [chunk]);
  }
  const indexedMs = performance.now() - startMs;

  const retriever = createRetriever({ index, embedder: null, clock: systemClock });
  const run = new Map<string, readonly string[]>();
  const tookMs: number[] = [];
  for (const { id, userTurns } of set.queries) {
    if (!set.qrels.has(id)) continue;
    const { parts } = standaloneQuery(userTurns);
    const found = await retriever.retrieve({ scope, query: parts, topK: depth });
    run.set(
      id,
      found.passages.map(({ documentId }) => documentId),
    );
    tookMs.push(found.tookMs);
  }
  const quality = runQuality(set.qrels, run, depth);
  return [
    { name: `${name}: nDCG@${depth}`, value: quality.ndcg },
    { name: `${name}: Recall@${depth}`, value: quality.recall },
    { name: `${name}: MRR`, value: quality.mrr },
    { name: `${name}: documents, queries`, value: `${set.documents.length}, ${quality.queries}` },
    { name: `${name}: indexed`, value: (set.documents.length / indexedMs) * 1000, unit: 'documents/s' },
    { name: `${name}: query p50`, value: percentile(tookMs, 0.5), unit: 'ms' },
    { name: `${name}: query p99`, value: percentile(tookMs, 0.99), unit: 'ms' },
  ];
}

/** @param args names of sets; all when none is given. */
export async function run(args: readonly string[]): Promise<BenchReport> {
  const data = process.env['SLUICE_DATA'];
  const folder = join(data ?? '', 'retrieval');
  if (data === undefined || !existsSync(folder)) {
    return {
      scenario: 'retrieve',
      figures: [],
      notes: [
        'skipped: SLUICE_DATA names no folder with retrieval/<set>/corpus.jsonl, queries.jsonl, qrels.tsv',
      ],
    };
  }
  const names = readdirSync(folder).sort();
  const figures: BenchFigure[] = [];
  for (const name of args.length > 0 ? args : names) figures.push(...(await measure(folder, name)));
  return {
    scenario: 'retrieve',
    figures,
    notes: [
      'each corpus entry is a document of one chunk; queries without a relevant document are left out of the means',
      'lexical only: no embedder; queries run one after the other in the process that indexed',
    ],
  };
}
