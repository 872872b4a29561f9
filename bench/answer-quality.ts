import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Passage } from '../src/contract/passage.ts';
import { extractAnswer } from '../src/rag/generation/extract-answer.ts';
import { questionParts } from '../src/rag/generation/question-parts.ts';
import { evidenceThreshold } from '../src/rag/generation/weigh-evidence.ts';
import { citeSentence } from '../src/rag/citations/cite-sentence.ts';
import { createSqliteIndex } from '../src/rag/index/drivers/sqlite.ts';
import type { Hit, PassageIndex } from '../src/rag/index/passage-index.ts';
import type { BenchFigure, BenchReport } from './report.ts';

// How good answers without a model are: does the extract hold the answer, does the evidence tell questions that the
// documents answer from those they do not, and is every citation of an extract verified. Questions of public sets,
// below SLUICE_DATA; each paragraph is one document of one chunk.

interface Question {
  readonly _id: string;
  readonly text: string;
  readonly answers: readonly string[];
  readonly answerable?: boolean;
}
interface Paragraph {
  readonly _id: string;
  readonly title: string;
  readonly text: string;
}

const topK = 8;
const lines = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ');

async function indexOf(folder: string, tenant: string): Promise<PassageIndex> {
  const index = createSqliteIndex({ path: ':memory:', embedder: null });
  const corpus = lines(gunzipSync(readFileSync(join(folder, 'corpus.jsonl.gz'))).toString()) as Paragraph[];
  for (const { _id, title, text } of corpus) {
    const chunk = {
      id: _id,
      position: 0,
      headingPath: [],
      text,
      start: 0,
      end: text.length,
      page: null,
      boxes: [],
      vector: null,
    };
    await index.replaceDocument(
      { tenant, collection: 'default', documentId: _id, version: 'v', source: _id, title, text },
      [chunk],
    );
  }
  return index;
}

const passageOf = ({
  id,
  documentId,
  documentVersion,
  collection,
  source,
  title,
  chunk,
  score,
}: Hit): Passage => ({
  ...chunk,
  id,
  documentId,
  documentVersion,
  collection,
  source,
  title,
  score,
  headingPath: [...chunk.headingPath],
  boxes: [...chunk.boxes],
});

/** Chance that an answerable question scores above an unanswerable one; 0.5 is guessing. */
function auroc(positive: readonly number[], negative: readonly number[]): number {
  let above = 0;
  for (const p of positive) for (const n of negative) above += p > n ? 1 : p === n ? 0.5 : 0;
  return above / (positive.length * negative.length);
}

async function measure(set: string, wanted: number): Promise<BenchFigure[]> {
  const folder = join(process.env['SLUICE_DATA'] ?? '', 'retrieval', set);
  await using index = await indexOf(folder, 'bench');
  const scope = { tenant: 'bench', collection: 'default' };
  const all = lines(readFileSync(join(folder, 'queries.jsonl'), 'utf8')) as Question[];
  const gold = new Map(
    readFileSync(join(folder, 'qrels.tsv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t') as [string, string]),
  );
  // Every n-th question: the same ones each time.
  const step = Math.max(1, Math.floor(all.length / wanted));
  const questions = all.filter((_, place) => place % step === 0);
  const evidence: { yes: number[]; no: number[]; without: number[] } = { yes: [], no: [], without: [] };
  let held = 0;
  let characters = 0;
  let citations = 0;
  let verified = 0;
  const started = performance.now();
  for (const { _id, text, answers, answerable = true } of questions) {
    const { hits } = await index.search({ ...scope, text, leg: 'lexical' }, topK + 1);
    const statistics = await index.termStatistics(
      scope,
      questionParts(text, text).flatMap(({ factors }) => [...factors.keys()]),
    );
    const passages = hits.map(passageOf);
    const extract = extractAnswer(text, passages.slice(0, topK), statistics);
    (answerable ? evidence.yes : evidence.no).push(extract.evidence);
    if (!answerable) continue;
    // The same question, as if the document that answers it were not there.
    const without = passages.filter(({ id }) => id !== gold.get(_id)).slice(0, topK);
    evidence.without.push(extractAnswer(text, without, statistics).evidence);
    const quoted = extract.sentences.map(({ passage, start, end }) => passage.text.slice(start, end));
    characters += quoted.join(' ').length;
    if (answers.some((answer) => plain(quoted.join(' ')).includes(plain(answer)))) held += 1;
    for (const [place, { passage }] of extract.sentences.entries()) {
      const sentence = quoted[place] ?? '';
      citations += 1;
      if (citeSentence({ text: sentence, start: 0, end: sentence.length }, passage, 1).verified)
        verified += 1;
    }
  }
  const tookMs = performance.now() - started;
  const refused = (scores: readonly number[]): number =>
    scores.filter((score) => score < evidenceThreshold).length / scores.length;
  const figure = (name: string, value: number, unit?: string): BenchFigure => ({
    name: `${set}: ${name}`,
    value: Number(value.toFixed(4)),
    ...(unit ? { unit } : {}),
  });
  return [
    figure('questions', questions.length),
    figure('extract holds the answer', held / evidence.yes.length),
    figure('extract length, mean', characters / evidence.yes.length, 'characters'),
    figure('citations verified', verified / citations),
    figure('answerable, refused', refused(evidence.yes)),
    figure('answering document absent, refused', refused(evidence.without)),
    figure('answering document absent, AUROC', auroc(evidence.yes, evidence.without)),
    ...(evidence.no.length === 0
      ? []
      : [
          figure('unanswerable, refused', refused(evidence.no)),
          figure('unanswerable, AUROC', auroc(evidence.yes, evidence.no)),
        ]),
    figure('per question, both extracts and search', tookMs / questions.length, 'ms'),
  ];
}

/** @param args how many questions of each set, default 600. */
export async function run(args: readonly string[]): Promise<BenchReport> {
  const wanted = Number(args[0] ?? 600);
  const data = process.env['SLUICE_DATA'];
  if (!data || !existsSync(join(data, 'retrieval')))
    throw new Error(
      'SLUICE_DATA must name a folder with retrieval/<set>/{corpus.jsonl.gz,queries.jsonl,qrels.tsv}.',
    );
  const figures: BenchFigure[] = [];
  for (const set of ['squad-en', 'cmrc2018-zh', 'squad2-abstain-en'])
    figures.push(...(await measure(set, wanted)));
  return {
    scenario: 'answer-quality',
    figures,
    notes: [
      'the weights of the evidence were fitted on these sets: figures on others will be a little lower',
      '"answering document absent": the passage that holds the answer is taken away; another may still hold it, so 1.0 cannot be reached',
    ],
  };
}
