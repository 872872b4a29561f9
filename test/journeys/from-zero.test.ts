// From an empty data directory: documents in, cited answers out, 0 -> 1 -> 0 -> 1. Real processes, the built programs.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { coldStartHeader, heldMsHeader } from '../../src/contract/headers.ts';
import { eventually, startSluice, temporaryFolder, type SluiceProcess } from '../support/sluice-process.ts';
import { createApi, targetStatus, untilZero, type Api } from './support/api.ts';
import { exampleCount } from './support/example-count.ts';
import { exampleQuestion } from './support/example-question.ts';
import { descendantsOf, isReplica, isWorker, stillRunning } from './support/processes.ts';
import { quickManifest } from './support/quick-manifest.ts';
import { runSluice } from './support/run-sluice.ts';
import { visitorsFolder } from './support/visitors.ts';

describe('from zero', () => {
  let sluice: SluiceProcess;
  let api: Api;
  let folder: string;

  before(async () => {
    folder = temporaryFolder();
    sluice = await startSluice({ manifest: quickManifest() });
    api = createApi(sluice.url);
  });
  after(async () => {
    await sluice[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const children = () => descendantsOf(sluice.child.pid ?? 0);

  test('the worker ingests the examples into an empty data directory, without any replica', async () => {
    await eventually('the worker to be done', async () => !children().some(isWorker));
    assert.deepEqual(children().filter(isReplica), [], 'nobody asked, so no replica runs');
    const documents = await api.settled(exampleCount);
    assert.deepEqual(
      documents.filter(({ state }) => state !== 'ready').map(({ source, error }) => `${source}: ${error}`),
      [],
    );
  });

  for (const id of ['en-02', 'en-04', 'en-09', 'zh-01', 'zh-04', 'zh-05']) {
    const { question, answers, sources } = exampleQuestion(id);
    test(`"${question}" is answered, and a verified citation's quote stands in its passage and document`, async () => {
      const { completion, text } = await api.ask(question);
      for (const expected of answers) assert.ok(text.includes(expected), `"${text}" lacks ${expected}`);
      assert.equal(completion.sluice.grounded, true);
      const verified = completion.sluice.citations.filter((citation) => citation.verified);
      assert.ok(verified.length > 0, 'at least one verified citation');
      for (const { passage, quote, quoteStart, quoteEnd } of verified) {
        assert.equal(passage.text.slice(quoteStart ?? 0, quoteEnd ?? 0), quote);
        const document = await api.documentText(passage.documentId);
        assert.equal(document.version, passage.documentVersion);
        assert.equal(document.text.slice(passage.start, passage.end), passage.text);
      }
      assert.ok(
        verified.some(({ passage }) => sources.includes(passage.source)),
        `cited ${verified.map(({ passage }) => passage.source).join()}, expected ${sources.join()}`,
      );
    });
  }

  for (const id of ['en-29', 'en-31', 'zh-16']) {
    const { question } = exampleQuestion(id);
    test(`"${question}" is refused: the documents do not say`, async () => {
      const { completion, text } = await api.ask(question);
      assert.equal(completion.sluice.grounded, false, text);
      assert.deepEqual(completion.sluice.citations, []);
    });
  }

  test('a follow-up question is understood from its conversation', async () => {
    const first = exampleQuestion('en-24');
    const second = exampleQuestion('en-25');
    const asked = await api.ask(first.question);
    const { conversationId } = asked.completion.sluice;
    const followed = await api.ask(second.question, conversationId);
    assert.equal(followed.completion.sluice.conversationId, conversationId);
    assert.match(followed.completion.sluice.standaloneQuery, /Market Lock/);
    for (const expected of second.answers)
      assert.ok(followed.text.includes(expected), `"${followed.text}" lacks ${expected}`);
    const { turns } = await api.conversation(conversationId);
    assert.deepEqual(
      turns.map(({ question, state, answer }) => ({ question, state, answer })),
      [
        { question: first.question, state: 'answered', answer: asked.text },
        { question: second.question, state: 'answered', answer: followed.text },
      ],
    );
  });

  test('an uploaded document becomes searchable, a deleted one disappears', async () => {
    const document = await api.upload(
      'notes/ferry.md',
      '# Ferry\n\nThe ferry Kittiwake carries 46 passengers.\n',
    );
    await api.settled(exampleCount + 1);
    const found = await api.ask('How many passengers does the ferry Kittiwake carry?');
    assert.match(found.text, /46 passengers/);
    assert.equal(found.completion.sluice.citations[0]?.passage.documentId, document.id);
    await api.remove(document.id);
    const { passages } = await api.search('ferry Kittiwake passengers');
    assert.deepEqual(
      passages.filter(({ documentId }) => documentId === document.id),
      [],
    );
    assert.equal((await api.documents()).length, exampleCount);
  });

  test('after the cooldown there are no replicas, and no process of any', async () => {
    const before = await targetStatus(sluice.adminUrl);
    const pids = before.replicas.flatMap(({ pid }) => (pid === null ? [] : [pid]));
    assert.ok(pids.length > 0, 'a replica answered until now');
    await untilZero(sluice.adminUrl);
    assert.deepEqual(stillRunning(pids), []);
    await eventually('the worker to go home', async () => !children().some(isWorker));
    assert.deepEqual(children().filter(isReplica), []);
  });

  test('the next question wakes one, and its headers say so', async () => {
    const { question, answers } = exampleQuestion('zh-02');
    const { text, headers } = await api.ask(question);
    assert.equal(headers.get(coldStartHeader), 'true');
    assert.ok(Number(headers.get(heldMsHeader)) > 0, `held ${headers.get(heldMsHeader)} ms`);
    assert.ok(text.includes(answers[0] ?? '-'), text);
    const warm = await api.ask(question);
    assert.equal(warm.headers.get(coldStartHeader), 'false');
    assert.equal(warm.headers.get(heldMsHeader), '0');
  });

  test('the commands use the running server: search, ask, ingest, with exit codes', async () => {
    const file = join(folder, 'heron.md');
    writeFileSync(file, '# Heron\n\nThe heronry at Wickmere has 17 nests.\n');
    const url = ['--url', sluice.url];
    const ingested = await runSluice(['ingest', file, ...url, '--json']);
    assert.equal(ingested.code, 0, ingested.stderr);
    const { documents } = JSON.parse(ingested.stdout) as { documents: { source: string; state: string }[] };
    assert.deepEqual(
      documents.map(({ source, state }) => ({ source, state })),
      [{ source: 'heron.md', state: 'ready' }],
    );
    const found = await runSluice(['search', 'nests of the heronry at Wickmere', ...url, '--json']);
    assert.equal(found.code, 0, found.stderr);
    const { passages } = JSON.parse(found.stdout) as { passages: { source: string }[] };
    assert.equal(passages[0]?.source, 'heron.md');
    const asked = await runSluice(['ask', 'How many nests does the heronry at Wickmere have?', ...url]);
    assert.equal(asked.code, 0, asked.stderr);
    assert.match(asked.stdout, /17 nests[^]*\[1\] heron\.md[^]*verified/);
    const refused = await runSluice(['ask', exampleQuestion('en-31').question, ...url, '--json']);
    assert.equal(refused.code, 3, refused.stdout);
    assert.equal((JSON.parse(refused.stdout) as { grounded: boolean }).grounded, false);
  });

  test('the commands need no server: a folder in, the same answers out of its data directory', async () => {
    const data = join(folder, 'data');
    const here = ['--data-dir', data];
    const ingested = await runSluice(['ingest', visitorsFolder, ...here]);
    assert.equal(ingested.code, 0, ingested.stderr);
    assert.match(ingested.stdout, /^4 new; 4 documents searchable, \d+ chunks\n$/);
    const again = await runSluice(['ingest', visitorsFolder, ...here]);
    assert.match(again.stdout, /^4 unchanged; 4 documents searchable/);
    const { question, answers } = exampleQuestion('en-04');
    const asked = await runSluice(['ask', question, ...here]);
    assert.equal(asked.code, 0, asked.stderr);
    assert.ok(asked.stdout.includes(answers[0] ?? '-'), asked.stdout);
    assert.match(asked.stdout, /fees-2026\.pdf:\d+/, 'cited as file:page');
    const nothing = await runSluice(['search', 'zzyzx', ...here]);
    assert.deepEqual(nothing, { code: 3, stdout: 'No passage was found.\n', stderr: '' });
  });
});
