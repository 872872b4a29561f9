// What people get wrong, and what is done to harm: each is answered with a sentence that says what to do, word by word,
// and what runs goes on.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as z from 'zod';
import { builtInManifest } from '../../src/autoscaler/manifests/built-in.ts';
import { listenLocally } from '../support/servers/listen-locally.ts';
import { startSluice, temporaryFolder, type SluiceProcess } from '../support/sluice-process.ts';
import { createApi } from './support/api.ts';
import { quickManifest } from './support/quick-manifest.ts';
import { runSluice } from './support/run-sluice.ts';

/** Extracted, it would be a million elements deep. */
const deepHtml = `<html><body>${'<div>'.repeat(1_000_000)}deep</body></html>`;

const rubbish: readonly { source: string; body: string | Uint8Array<ArrayBuffer>; says: string | null }[] = [
  {
    source: 'broken.pdf',
    body: '%PDF-1.7\n1 0 obj\ngarbage that ends nowhere',
    says: 'broken.pdf is damaged: it is no complete PDF. Open it in a PDF viewer; if that works, print it to a new PDF and upload that, else get another copy.',
  },
  {
    source: 'empty.docx',
    body: '',
    says: 'empty.docx is empty (0 bytes). Upload the file again, with its contents.',
  },
  {
    source: 'noise.docx',
    body: new Uint8Array([80, 75, 9, 9, 1, 2, 3]),
    says: 'noise.docx is named as a Word document but is none: it is not a zip archive. Give a PDF, DOCX, HTML, Markdown or text file.',
  },
  {
    source: 'program.exe',
    body: new Uint8Array([77, 90, 0, 1, 2, 0]),
    says: 'program.exe is a Windows program. Give a PDF, DOCX, HTML, Markdown or text file.',
  },
  { source: 'bomb.html', body: deepHtml, says: null },
  { source: 'good.md', body: '# Gate\n\nThe gate of the mill is green.\n', says: null },
];

describe('a folder of rubbish', () => {
  let folder: string;
  before(() => {
    folder = temporaryFolder();
    mkdirSync(join(folder, 'documents'));
    for (const { source, body } of rubbish) writeFileSync(join(folder, 'documents', source), body);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('each bad file is named with what is wrong, the good ones are searchable, and the code is 4', async () => {
    const data = ['--data-dir', join(folder, 'data')];
    const { code, stdout, stderr } = await runSluice(['ingest', join(folder, 'documents'), ...data]);
    assert.equal(code, 4);
    // program.exe is none of the formats that a folder is searched for.
    assert.match(stdout, /^5 new, 1 skipped; 2 documents searchable, \d+ chunks\n$/);
    assert.deepEqual(
      stderr.trim().split('\n').toSorted(),
      rubbish
        .flatMap(({ source, says }) => (says === null || source === 'program.exe' ? [] : [`failed: ${says}`]))
        .toSorted(),
    );
    const asked = await runSluice(['ask', 'Which colour has the gate of the mill?', ...data]);
    assert.equal(asked.code, 0, asked.stderr);
    assert.match(asked.stdout, /green/);
  });
});

const ErrorAnswer = z.object({
  error: z.object({ message: z.string(), type: z.string(), code: z.string(), param: z.string().nullable() }),
});

describe('rubbish sent to a running Sluice', () => {
  let sluice: SluiceProcess;
  let folder: string;
  before(async () => {
    folder = temporaryFolder();
    mkdirSync(join(folder, 'documents'));
    sluice = await startSluice({
      manifest: quickManifest({ cooldownSeconds: 60 }),
      args: ['--documents', join(folder, 'documents')],
    });
  });
  after(async () => {
    await sluice[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const refused = async (path: string, init: RequestInit): Promise<{ status: number; message: string }> => {
    const response = await fetch(new URL(path, sluice.url), init);
    const { error } = ErrorAnswer.parse(await response.json());
    return { status: response.status, message: error.message };
  };
  const post = (source: string, body: RequestInit['body']): Promise<{ status: number; message: string }> =>
    refused(`/v1/documents?source=${encodeURIComponent(source)}`, {
      method: 'POST',
      body: body ?? null,
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    });

  for (const name of ['../../etc/passwd.md', '..', 'a/../../b.md']) {
    test(`the name ${name} is refused, in the address and in a form`, async () => {
      const want = {
        status: 400,
        message: `The document name ${JSON.stringify(name)} leaves its folder with "..". Give a relative name such as "handbook/leave.md".`,
      };
      assert.deepEqual(await post(name, '# Name'), want);
      const form = new FormData();
      form.append('file', new Blob(['# Name']), name);
      assert.deepEqual(await refused('/v1/documents', { method: 'POST', body: form }), want);
    });
  }

  test('a name with a backslash, an absolute one and one with a control character are refused', async () => {
    assert.deepEqual(await post('..\\..\\b.md', '# Name'), {
      status: 400,
      message:
        'The document name "..\\\\..\\\\b.md" holds a backslash, where folders are separated by "/". Give a relative name such as "handbook/leave.md".',
    });
    assert.deepEqual(await post('/etc/passwd.md', '# Name'), {
      status: 400,
      message:
        'The document name "/etc/passwd.md" is absolute. Give a relative name such as "handbook/leave.md".',
    });
    assert.deepEqual(await post('a\u0000b.md', '# Name'), {
      status: 400,
      message:
        'The document name "a\\u0000b.md" holds control characters. Give a relative name such as "handbook/leave.md".',
    });
  });

  test('100 MB of text, streamed without a length, are refused as soon as they pass the limit', async () => {
    const piece = new Uint8Array(1024 * 1024).fill(97);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent === 100) controller.close();
        else controller.enqueue(piece);
        sent += 1;
      },
    });
    assert.deepEqual(await post('big.txt', body), {
      status: 413,
      message:
        'big.txt is larger than 64 MiB, the limit for one document. Split it, or raise ingestion.maxDocumentBytes.',
    });
    assert.ok(sent < 100, 'the rest was not even read');
    assert.deepEqual(await createApi(sluice.url).documents(), []);
    const staged = readdirSync(sluice.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /staging|blobs/.test(entry.parentPath))
      .map((entry) => entry.name);
    assert.deepEqual(staged, [], 'nothing of it stays on the disk');
  });

  test('30 MB of text fit, but hold more characters than one document may', async () => {
    const api = createApi(sluice.url);
    await api.upload('long.txt', 'a'.repeat(30_000_000));
    const [document] = await api.settled(1);
    assert.deepEqual(
      { state: document?.state, error: document?.error },
      {
        state: 'failed',
        error:
          'long.txt holds more than 20,000,000 characters of text, the limit for one document. Split it, or raise ingestion.maxTextCharacters.',
      },
    );
    await api.remove(document?.id ?? '');
    await api.settled(0);
  });

  test('uploads of rubbish fail one by one, each with its sentence; the good one is answered from', async () => {
    const api = createApi(sluice.url);
    for (const { source, body } of rubbish) await api.upload(source, body);
    const documents = await api.settled(rubbish.length);
    const told = new Map(documents.map(({ source, error }) => [source, error]));
    for (const { source, says } of rubbish) assert.equal(told.get(source), says, source);
    assert.match((await api.ask('Which colour has the gate of the mill?')).text, /green/);
  });

  const requests: readonly { name: string; path: string; init: RequestInit; status: number; says: string }[] =
    [
      {
        name: 'a body that is no JSON',
        path: '/v1/chat/completions',
        init: { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"messages":' },
        status: 400,
        says: 'The body is not valid JSON: Unexpected end of JSON input',
      },
      {
        name: 'a body of another kind',
        path: '/v1/search',
        init: { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'a,b' },
        status: 415,
        says: 'Expected content-type application/json, received text/csv.',
      },
      {
        name: 'an upload without a name',
        path: '/v1/documents',
        init: { method: 'POST', body: new Uint8Array([1]) },
        status: 400,
        says: 'The document has no name. Send a multipart/form-data body, or name it: POST /v1/documents?source=handbook.pdf.',
      },
      {
        name: 'an address that is none',
        path: '/v1/nothing',
        init: {},
        status: 404,
        says: 'There is nothing at /v1/nothing.',
      },
    ];
  for (const { name, path, init, status, says } of requests) {
    test(`${name} is answered with ${status}`, async () => {
      assert.deepEqual(await refused(path, init), { status, message: says });
    });
  }

  test('after all that the same process still answers', async () => {
    assert.equal(sluice.child.exitCode, null);
    assert.equal((await fetch(`${sluice.adminUrl}/healthz`)).status, 200);
    assert.doesNotMatch(sluice.log(), /"event":"(replica-exited|worker-failed)"/);
  });
});

describe('a start that cannot be', () => {
  let folder: string;
  before(() => {
    folder = temporaryFolder();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const up = ['up', '--port', '0', '--admin-port', '0', '--data-dir', 'data'];

  const starts: readonly {
    name: string;
    args: readonly string[];
    files?: Readonly<Record<string, string>>;
    env?: Readonly<Record<string, string>>;
    says: string;
  }[] = [
    {
      name: 'a manifest that is no YAML',
      args: [...up, '-f', 'bad.yaml'],
      files: { 'bad.yaml': 'kind: Deployment\nspec: [a, b\n' },
      says: 'sluice: The manifests have 1 problem:\nbad.yaml:3: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]\n',
    },
    {
      name: 'a ScaledObject with a minimum above its maximum',
      args: [...up, '-f', 'over.yaml'],
      files: { 'over.yaml': builtInManifest.replace('minReplicaCount: 0', 'minReplicaCount: 12') },
      says: 'sluice: The manifests have 1 problem:\nover.yaml:6: spec.minReplicaCount: expected at most maxReplicaCount (10), received 12\n',
    },
    {
      name: 'a manifest that is not there',
      args: [...up, '-f', 'none.yaml'],
      says: 'sluice: There is no file or folder none.yaml to read manifests from.\n',
    },
    {
      name: 'a manifest that runs nothing',
      args: [...up, '-f', 'empty.yaml'],
      files: { 'empty.yaml': '---\n# rendered to nothing\n' },
      says: 'sluice: Expected a ScaledObject, a ScaledJob or a route in empty.yaml, received none of them: nothing would run.\n',
    },
    {
      name: 'an unknown key in the configuration file',
      args: [...up, '--config', 'sluice.yaml'],
      files: { 'sluice.yaml': 'prot: 8080\ngateway: { maxPendin: 1 }\n' },
      says: 'sluice: The configuration (sluice.yaml, SLUICE_* and flags) is not usable:\n  - gateway.maxPendin is not a setting; did you mean maxPending?\n  - prot is not a setting; did you mean port?\n',
    },
    {
      name: 'an unknown variable',
      args: up,
      env: { SLUICE_PROT: '1' },
      says: 'sluice: The configuration is not usable:\n  - SLUICE_PROT is not a setting; did you mean SLUICE_PORT?\n',
    },
    {
      name: 'a value out of range',
      args: up,
      env: { SLUICE_REPLICA_SLOTS: '0' },
      says: 'sluice: The configuration is not usable:\n  - replica.slots: expected number to be >=1, received 0.\n',
    },
    {
      name: 'a policy that is none',
      args: [...up, '--policy', 'eager'],
      says: 'sluice: The configuration is not usable:\n  - autoscaler.policy: expected one of "instant"|"keda", received "eager".\n',
    },
    {
      name: 'an unknown flag',
      args: ['up', '--prot', '8080'],
      says: "error: unknown option '--prot'\n(Did you mean --port?)\nRun the command with --help to see what it takes.\n",
    },
    {
      name: 'a port that is none',
      args: ['up', '--port', '70000'],
      says: "error: option '--port <port>' argument '70000' is invalid. expected a port from 0 to 65535; 0 takes a free one.\nRun the command with --help to see what it takes.\n",
    },
    {
      name: 'an unknown command',
      args: ['upp'],
      says: "error: unknown command 'upp'\n(Did you mean up?)\nRun the command with --help to see what it takes.\n",
    },
  ];
  for (const { name, args, files = {}, env = {}, says } of starts) {
    test(`${name} ends it with code 2 and the sentence`, async () => {
      const cwd = temporaryFolder();
      try {
        for (const [file, text] of Object.entries(files)) writeFileSync(join(cwd, file), text);
        const { code, stdout, stderr } = await runSluice(args, { cwd, env });
        // The message names the file as it was given or in full; which one does not matter here.
        assert.deepEqual(
          { code, stdout, stderr: stderr.replaceAll(`${cwd}/`, '') },
          { code: 2, stdout: '', stderr: says },
        );
      } finally {
        rmSync(cwd, { recursive: true, force: true });
      }
    });
  }

  test('a busy port ends it with code 2, whichever of the two it is, and leaves nothing running', async () => {
    const other = createServer();
    const port = String(await listenLocally(other));
    try {
      for (const ports of [
        ['--port', port, '--admin-port', '0'],
        ['--port', '0', '--admin-port', port],
      ]) {
        const { code, stdout, stderr } = await runSluice([
          'up',
          ...ports,
          '--data-dir',
          join(folder, 'busy'),
          '--log-level',
          'silent',
        ]);
        assert.deepEqual(
          { code, stdout, stderr },
          {
            code: 2,
            stdout: '',
            stderr: `sluice: 127.0.0.1:${port} is in use by another program. Stop it, or choose another port (--port or --admin-port; 0 takes any free one).\n`,
          },
        );
      }
    } finally {
      other.close();
    }
  });
});
