import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBeirSet } from '../src/rag/evaluation/beir-set.ts';
import { openIndexDatabase } from '../src/rag/index/drivers/sqlite-database.ts';
import { lexicalRows } from '../src/rag/index/drivers/sqlite-lexical.ts';
import { createSqliteIndex } from '../src/rag/index/drivers/sqlite.ts';
import type { BenchReport } from './report.ts';
import { percentile } from './statistics.ts';

// Lexical search over many chunks: how long it takes, and how often it gives what scoring every chunk would give.
// search-latency [chunks] [set of SLUICE_DATA]: without a set, text of an invented language with Zipf's frequencies.

interface Corpus {
  readonly name: string;
  chunk(): string;
  query(): string;
}

const chunksADocument = 50;
const queries = 400;
/** Exhaustive scoring takes up to a tenth of a second; this many are compared. */
const compared = 60;

/** Numbers from 0 to 1, the same on every run. @see Steele and Vigna, "LXM" (2021), for the constants of the mixer */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Words of syllables; the n-th most frequent has a share of 1 / (n + 2.7), as Mandelbrot fits English. */
function inventedCorpus(): Corpus {
  const random = createRandom(1);
  const vocabulary = 80_000;
  const shares = new Float64Array(vocabulary);
  let sum = 0;
  for (let word = 0; word < vocabulary; word += 1) shares[word] = sum += 1 / (word + 2.7);
  const spell = (word: number): string => {
    let text = '';
    for (let rest = word + 30; rest > 0; rest = Math.floor(rest / 60)) {
      text += `${'bdfgklmnprtv'[rest % 12]}${'aeiou'[Math.floor(rest / 12) % 5]}`;
    }
    return text;
  };
  const word = (): string => {
    const wanted = random() * sum;
    let from = 0;
    let to = vocabulary - 1;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((shares[middle] ?? 0) < wanted) from = middle + 1;
      else to = middle;
    }
    return spell(from);
  };
  const words = (least: number, most: number): string =>
    Array.from({ length: least + Math.floor(random() * (most - least)) }, word).join(' ');
  return { name: 'invented text', chunk: () => words(60, 180), query: () => words(4, 14) };
}

/** The texts of a set again and again, three words in ten exchanged for words of other texts; its own questions. */
function alteredCorpus(data: string, name: string): Corpus {
  const random = createRandom(2);
  const set = readBeirSet(join(data, 'retrieval', name));
  const isWordy = set.documents[0]?.text.includes(' ') ?? true;
  const texts = set.documents.map(({ text }) =>
    (isWordy ? text.split(/\s+/) : Array.from(text)).slice(0, 400),
  );
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  return {
    name,
    chunk: () =>
      (pick(texts) ?? [])
        .map((word) => (random() < 0.3 ? pick(pick(texts) ?? []) : word))
        .join(isWordy ? ' ' : ''),
    query: () => pick(set.queries)?.text ?? '',
  };
}

async function fill(path: string, corpus: Corpus, chunks: number): Promise<void> {
  await using index = createSqliteIndex({ path, embedder: null });
  const fields = { headingPath: [], start: 0, end: 0, page: null, boxes: [], vector: null };
  for (let document = 0; document * chunksADocument < chunks; document += 1) {
    const documentId = `d${document}`;
    const made = Array.from({ length: chunksADocument }, (_none, position) => ({
      ...fields,
      id: `${documentId}:${position}`,
      position,
      text: corpus.chunk(),
    }));
    await index.replaceDocument(
      { tenant: 't', collection: 'c', documentId, version: '1', source: documentId, title: '', text: '' },
      made,
    );
  }
}

export async function run([count = '100000', setName]: readonly string[]): Promise<BenchReport> {
  const chunks = Number(count);
  const data = process.env['SLUICE_DATA'];
  const corpus =
    setName !== undefined && data !== undefined ? alteredCorpus(data, setName) : inventedCorpus();
  const directory = await mkdtemp(join(tmpdir(), 'sluice-latency-'));
  await using cleaning = new AsyncDisposableStack();
  cleaning.defer(() => rm(directory, { recursive: true }));
  const path = join(directory, 'knowledge.sqlite');
  const startMs = performance.now();
  await fill(path, corpus, chunks);
  const filledMs = performance.now() - startMs;

  const index = cleaning.use(createSqliteIndex({ path, embedder: null }));
  const scope = { tenant: 't', collection: 'c' };
  const asked = Array.from({ length: queries }, () => corpus.query());
  const tookMs: number[] = [];
  for (const round of [0, 1]) {
    for (const text of asked) {
      const beganMs = performance.now();
      await index.search({ ...scope, text, leg: 'lexical' }, 10);
      if (round === 1) tookMs.push(performance.now() - beganMs);
    }
  }

  const opened = openIndexDatabase(path);
  cleaning.defer(() => opened.database.close());
  const row = opened.scope(scope);
  let first = 0;
  let shared = 0;
  let wanted = 0;
  const exhaustiveMs: number[] = [];
  for (const text of asked.slice(0, compared)) {
    if (!row) break;
    const query = { ...scope, text, leg: 'lexical' as const };
    const fast = lexicalRows(opened, row, query, 10).map((scored) => scored.row);
    const beganMs = performance.now();
    const full = lexicalRows(opened, row, query, 10, { postings: 1e9, scored: 1e9, candidates: 1e9 });
    exhaustiveMs.push(performance.now() - beganMs);
    wanted += full.length;
    shared += full.filter((scored) => fast.includes(scored.row)).length;
    if (full[0]?.row === fast[0]) first += 1;
  }
  return {
    scenario: 'search-latency',
    figures: [
      { name: 'corpus', value: corpus.name },
      { name: 'chunks', value: chunks },
      { name: 'indexing', value: chunks / (filledMs / 1000), unit: 'chunks/s' },
      { name: 'search p50', value: percentile(tookMs, 0.5), unit: 'ms' },
      { name: 'search p90', value: percentile(tookMs, 0.9), unit: 'ms' },
      { name: 'search p99', value: percentile(tookMs, 0.99), unit: 'ms' },
      { name: 'search of every chunk p50', value: percentile(exhaustiveMs, 0.5), unit: 'ms' },
      { name: 'first hit as with every chunk scored', value: first / compared },
      { name: 'first ten shared with every chunk scored', value: shared / Math.max(1, wanted) },
    ],
    notes: [
      `${queries} queries twice, the second time measured; top 10 with their texts; ${compared} compared`,
    ],
  };
}
