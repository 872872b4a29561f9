import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, test } from 'node:test';
import { createVirtualClock } from '../../platform/virtual-clock.ts';
import { fileSink, type LineSink, streamSink } from './line-sink.ts';
import { recordArrivals } from './record.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-record-'));
});
after(() => rm(folder, { recursive: true }));

const statusAt = (atMs: number, arrivals: number): object => ({
  atMs,
  targets: [
    {
      target: 'web',
      policy: 'instant',
      minReplicas: 0,
      maxReplicas: 1,
      desiredReplicas: 0,
      replicas: [],
      pending: 0,
      inFlight: 0,
      arrivals,
      cooldownEndsAtMs: null,
      triggers: [],
      lastDecision: null,
    },
  ],
});

interface FakeSluice extends AsyncDisposable {
  readonly address: URL;
  /** Tells every listener a status. */
  tell(atMs: number, arrivals: number): void;
  /** Breaks off every connection, as a killed process does. */
  cut(): void;
  /** Resolves when `count` connections to `/events` were made in all. */
  listeners(count: number): Promise<void>;
}

async function fakeSluice(): Promise<FakeSluice> {
  const open = new Set<ServerResponse>();
  let opened = 0;
  let changed = (): void => undefined;
  const server: Server = createServer((request, response) => {
    if (request.url === '/scaling') response.end(JSON.stringify(statusAt(0, 0)));
    else {
      response.setHeader('content-type', 'text/event-stream');
      response.flushHeaders();
      open.add(response);
      opened += 1;
      changed();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: new URL(`http://127.0.0.1:${port}`),
    tell: (atMs, arrivals) => {
      const data = JSON.stringify({ status: statusAt(atMs, arrivals) });
      for (const response of open) response.write(`event: status\ndata: ${data}\n\n`);
    },
    cut: () => {
      for (const response of open) response.destroy();
      open.clear();
    },
    listeners: (count) =>
      new Promise((resolve) => {
        changed = () => {
          if (opened >= count) resolve();
        };
        changed();
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A sink that tells of each line. */
function watchedSink(): LineSink & { readonly lines: string[]; next(): Promise<string> } {
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  return {
    lines,
    next: () => new Promise((resolve) => waiting.push(resolve)),
    write: async (line) => {
      lines.push(line);
      waiting.shift()?.(line);
      return true;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

test('arrivals are written, over a restart of the other side, until the interrupt', async () => {
  await using sluice = await fakeSluice();
  const clock = createVirtualClock();
  const sink = watchedSink();
  const stop = new AbortController();
  const said: string[] = [];
  const done = recordArrivals({
    address: sluice.address,
    target: 'web',
    sink,
    signal: stop.signal,
    clock: {
      ...clock,
      // The second between two tries passes at once.
      sleep: async () => undefined,
    },
    say: (sentence) => said.push(sentence),
  });
  await sluice.listeners(1);
  let line = sink.next();
  sluice.tell(1000, 5);
  sluice.tell(1200, 7);
  assert.equal(await line, '{"t":1200,"target":"web","count":2,"overMs":100}');
  // Killed and started again: its counter begins at 0.
  line = sink.next();
  sluice.cut();
  await sluice.listeners(2);
  sluice.tell(5000, 3);
  assert.equal(await line, '{"t":5000,"target":"web","count":3,"overMs":100}');
  stop.abort();
  assert.equal(await done, 5);
  assert.equal(said.length, 3);
  assert.match(said.join('\n'), /Ctrl-C ends it\n.* ended; waiting for it to come back\nrecording again$/);
});

test('a target that is not there is said at once', async () => {
  await using sluice = await fakeSluice();
  await assert.rejects(
    recordArrivals({
      address: sluice.address,
      target: 'docs',
      sink: watchedSink(),
      signal: new AbortController().signal,
      clock: createVirtualClock(),
      say: () => undefined,
    }),
    { code: 'not-found', message: 'There is no scale target "docs". There are: web.' },
  );
});

test('nobody there is said with the address', async () => {
  const gone = await fakeSluice();
  await gone[Symbol.asyncDispose]();
  await assert.rejects(
    recordArrivals({
      address: gone.address,
      target: null,
      sink: watchedSink(),
      signal: new AbortController().signal,
      clock: createVirtualClock(),
      say: () => undefined,
    }),
    { code: 'unavailable', message: /^There is no Sluice to record at http:\/\/127\.0\.0\.1:\d+\. Give/ },
  );
});

test('a file is appended to, and one that cannot be written is refused with the reason', async () => {
  const file = join(folder, 'arrivals.ndjson');
  for (const text of ['a', 'b']) {
    await using sink = await fileSink('out', file);
    assert.equal(await sink.write(text), true);
  }
  assert.equal(await readFile(file, 'utf8'), 'a\nb\n');
  await assert.rejects(fileSink('out', folder), {
    code: 'invalid-argument',
    message: `--out: ${folder} cannot be written: it is a folder.`,
  });
  await assert.rejects(fileSink('out', join(folder, 'none', 'a')), {
    message: /^--out: .* cannot be written: its folder is not there\.$/,
  });
});

test('a disk that is full ends with its reason', { skip: process.platform !== 'linux' }, async () => {
  await using sink = await fileSink('out', '/dev/full');
  await assert.rejects(sink.write('a'), { message: '--out: /dev/full cannot be written: the disk is full.' });
});

test('a pipe that is closed is an end, not an error', async () => {
  const stream = new PassThrough();
  await using sink = streamSink(stream);
  assert.equal(await sink.write('a'), true);
  stream.destroy(new Error('EPIPE'));
  assert.equal(await sink.write('b'), false);
});
