import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { readBeirSet } from './beir-set.ts';

async function folder(
  files: Record<string, string | Uint8Array>,
): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-beir-'));
  for (const [name, body] of Object.entries(files)) await writeFile(join(path, name), body);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
const corpus = '{"_id":"d1","title":"T","text":"x"}\n{"_id":"d2","text":"y"}\n';
const queries =
  '{"_id":"q1","text":"and?","history":[{"role":"user","text":"what?"},{"role":"assistant","text":"that"}]}\n\n{"_id":"q2","text":"who?","answers":["me"],"answerable":false}';
const qrels = 'query-id\tcorpus-id\tscore\nq1\td1\t1\r\nq1\td2\t0\n';

test('a set is read plain or gzipped, with the turns of its conversations', async () => {
  await using set = await folder({
    'corpus.jsonl.gz': gzipSync(corpus),
    'queries.jsonl': queries,
    'qrels.tsv': qrels,
  });
  assert.deepEqual(readBeirSet(set.path), {
    documents: [
      { id: 'd1', title: 'T', text: 'x' },
      { id: 'd2', title: '', text: 'y' },
    ],
    queries: [
      { id: 'q1', text: 'and?', userTurns: ['what?', 'and?'], answers: [], answerable: true },
      { id: 'q2', text: 'who?', userTurns: ['who?'], answers: ['me'], answerable: false },
    ],
    qrels: new Map([
      [
        'q1',
        new Map([
          ['d1', 1],
          ['d2', 0],
        ]),
      ],
    ]),
  });
});

const broken: readonly { name: string; files: Record<string, string>; says: RegExp }[] = [
  { name: 'a missing file is named', files: { 'corpus.jsonl': corpus }, says: /queries\.jsonl/ },
  {
    name: 'a line that is no JSON is named',
    files: { 'corpus.jsonl': `${corpus}{`, 'queries.jsonl': queries, 'qrels.tsv': qrels },
    says: /corpus\.jsonl, line 3: expected JSON/,
  },
  {
    name: 'a line without an id is named',
    files: { 'corpus.jsonl': '{"text":"x"}', 'queries.jsonl': queries, 'qrels.tsv': qrels },
    says: /corpus\.jsonl, line 1: [\s\S]*_id/,
  },
  {
    name: 'a judgement without a score is named',
    files: { 'corpus.jsonl': corpus, 'queries.jsonl': queries, 'qrels.tsv': `${qrels}q2 d1 1\n` },
    says: /qrels\.tsv, line 4: .*received "q2 d1 1"/,
  },
];
for (const { name, files, says } of broken) {
  test(name, async () => {
    await using set = await folder(files);
    assert.throws(() => readBeirSet(set.path), says);
  });
}
