import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createRandom } from '../random.ts';
import { loadTraceFile } from './load-trace.ts';
import type { LoadedTrace, TraceOptions } from './trace-loader.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-trace-'));
});
after(() => rm(folder, { recursive: true }));

const defaults = (): TraceOptions => ({
  random: createRandom(1),
  target: null,
  intervalMs: null,
  durationColumn: null,
  values: null,
});

async function load(
  content: string | Uint8Array,
  overrides: Partial<TraceOptions> = {},
  name = 'trace',
  format: string | null = null,
): Promise<LoadedTrace> {
  const file = join(folder, name);
  await writeFile(file, content);
  return loadTraceFile(file, format, { ...defaults(), ...overrides });
}

/** How many arrive in each second of the trace. */
function perSecond({ arrivals }: LoadedTrace): number[] {
  const counts = Array.from({ length: Math.ceil(arrivals.spanMs / 1000) }, () => 0);
  for (const atMs of arrivals.timesMs)
    counts[Math.floor(atMs / 1000)] = (counts[Math.floor(atMs / 1000)] ?? 0) + 1;
  return counts;
}

const line = (time: string, rest = ''): string =>
  `10.0.0.1 - alice [${time}] "GET /a\\"b HTTP/1.1" 200 512${rest}`;

const prometheus = (values: readonly (readonly [number, string])[], name: string, extra = {}): string =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'matrix', result: [{ metric: { __name__: name }, values }], ...extra },
  });

const rows: readonly {
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly file?: string;
  readonly options?: Partial<TraceOptions>;
  readonly want: readonly number[];
  readonly startMs?: number;
  readonly durations?: readonly number[];
}[] = [
  { name: 'CSV with a header and gaps', content: 't,count\n0,2\n1,1\n3,4\n', want: [2, 1, 0, 4] },
  {
    name: 'CSV without a header, with spaces, CRLF and empty lines',
    content: '0, 1\r\n\r\n1, 2\r\n',
    want: [1, 2],
  },
  { name: 'CSV packed', content: gzipSync('t,count\n0,3\n'), file: 'packed.csv.gz', want: [3] },
  {
    name: 'CSV with quotes, and a comma inside them',
    content: '"Time","Region","Requests"\n"2025-01-01 00:00:00","eu, west",2\n',
    want: [2],
    startMs: 1_735_689_600_000,
  },
  {
    name: 'CSV with epoch seconds',
    content: 'time,requests\n1700000000,1\n1700000001,1\n',
    want: [1, 1],
    startMs: 1_700_000_000_000,
  },
  {
    name: 'CSV with ISO times',
    content: 'timestamp,count\n2025-01-01T00:00:00Z,1\n2025-01-01 00:00:01,2\n',
    want: [1, 2],
    startMs: 1_735_689_600_000,
  },
  {
    name: 'CSV with durations of each request',
    content: 't,count,duration_ms\n0,2,250\n1,1,40\n',
    want: [2, 1],
    durations: [250, 250, 40],
  },
  {
    name: 'CSV with a column whose sum is shared',
    content: 't,count,out_tokens\n0,2,10\n1,1,7\n',
    options: { durationColumn: { name: 'out_tokens', msPerUnit: 20 } },
    want: [2, 1],
    durations: [100, 100, 140],
  },
  {
    name: 'common log format, another zone, out of order',
    content: [
      line('10/Oct/2025:13:55:37 +0200'),
      line('10/Oct/2025:13:55:36 +0200'),
      line('10/Oct/2025:13:55:38 +0200'),
    ].join('\n'),
    want: [1, 1, 1],
    startMs: 1_760_097_336_000,
  },
  {
    name: 'combined log format with the request time of nginx in seconds and of Apache in microseconds',
    content: [
      line('10/Oct/2025:00:00:00 +0000', ' "-" "curl/8" 0.250'),
      line('10/Oct/2025:00:00:01 +0000', ' "-" "curl/8 2" 40000'),
    ].join('\n'),
    want: [1, 1],
    durations: [250, 40],
  },
  {
    name: 'a log that begins with half a line, as after a rotation',
    content: [
      '/a HTTP/1.1" 200 5',
      ...Array.from({ length: 3 }, () => line('10/Oct/2025:00:00:00 +0000')),
    ].join('\n'),
    want: [3],
  },
  {
    name: 'Prometheus counter with a restart',
    content: prometheus(
      [
        [100, '5'],
        [101, '7'],
        [102, '1'],
        [103, '1'],
      ],
      'http_requests_total',
    ),
    want: [2, 1, 0],
    startMs: 100_000,
  },
  {
    name: 'Prometheus rate: fractions are carried on, a hole is nothing',
    content: prometheus(
      [
        [0, '0'],
        [1, '0.5'],
        [2, '0.5'],
        [3, 'NaN'],
        [4, '1.5'],
        [5, '0.5'],
      ],
      'job:requests:rate1m',
    ),
    want: [0, 1, 0, 1, 1],
  },
  {
    name: 'recorded arrivals, some of them counted over an interval',
    content:
      '{"t":1000,"target":"docs","durationMs":30}\n{"t":4000,"target":"docs","count":2,"overMs":1000}\n',
    want: [1, 0, 2],
    startMs: 1000,
    durations: [30, Number.NaN, Number.NaN],
  },
  {
    name: 'recorded arrivals of one target',
    content: '{"t":0,"target":"docs"}\n{"t":10,"target":"other"}\n{"t":1000,"target":"docs"}\n',
    options: { target: 'docs' },
    want: [1, 1],
  },
];

for (const { name, content, durations, file, options, startMs, want } of rows) {
  test(`trace: ${name}`, async () => {
    const trace = await load(content, options, file);
    assert.deepEqual(perSecond(trace), want);
    if (startMs !== undefined) assert.equal(Math.floor(trace.arrivals.startMs / 1000) * 1000, startMs);
    if (durations !== undefined) assert.deepEqual([...(trace.arrivals.durationsMs ?? [])], durations);
    assert.ok(
      trace.arrivals.timesMs.every((atMs, index, all) => index === 0 || atMs >= (all[index - 1] ?? 0)),
    );
  });
}

const broken: readonly {
  readonly name: string;
  readonly content: string;
  readonly options?: Partial<TraceOptions>;
  readonly want: RegExp;
}[] = [
  {
    name: 'a count that is no number',
    content: 't,count\n0,1\n1,many\n',
    want: /trace:3: expected a whole number of arrivals >= 0, received "many"/,
  },
  { name: 'a count below 0', content: '0,-1\n', want: /trace:1: .*received "-1"/ },
  { name: 'an empty count', content: 't,count\n0,\n', want: /trace:2: .*received ""/ },
  {
    name: 'a time that is none',
    content: 't,count\nsoon,1\n',
    want: /trace:2: expected a time .* received "soon"/,
  },
  { name: 'rows out of order', content: '5,1\n4,1\n', want: /trace:2: expected a later time/ },
  {
    name: 'a header without a count',
    content: 't,tokens\n0,1\n',
    want: /trace:1: expected a header with a time .* received "t,tokens"/,
  },
  { name: 'no rows', content: 't,count\n', want: /trace:1: the trace has no rows/ },
  { name: 'an empty file', content: '', want: /trace:1: the trace has no rows/ },
  {
    name: 'a column that is not there',
    content: 't,count\n0,1\n',
    options: { durationColumn: { name: 'tokens', msPerUnit: 1 } },
    want: /trace:1: there is no column "tokens"; there are t, count/,
  },
  {
    name: 'a log with too many other lines',
    content: `${line('10/Oct/2025:13:55:37 +0200')}\nhello\nhello\n`,
    want: /trace:2: expected a line of the common or combined log format .*; 2 of 3 lines/,
  },
  {
    name: 'a recording with another key',
    content: '{"t":1,"target":"a","when":2}\n',
    want: /trace:1: expected \{"t": milliseconds/,
  },
  {
    name: 'JSON of something else, an object a line',
    content: '{"ts":1,"msg":"handled request"}\n{"ts":2,"msg":"handled request"}\n',
    want: /trace:1: expected \{"t": milliseconds/,
  },
  {
    name: 'a recording with a broken line',
    content: '{"t":1,"target":"a"}\n{"t":\n{"t":2,"target":"a"}\n',
    want: /trace:2: expected a JSON object a line/,
  },
  {
    name: 'a recording without the target',
    content: '{"t":1,"target":"a"}\n',
    options: { target: 'b' },
    want: /no arrival is for "b"; the recording knows a/,
  },
  {
    name: 'an instant query',
    content: JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } }),
    want: /trace:1: expected resultType matrix .*received "vector"/,
  },
  {
    name: 'JSON of something else',
    content: '{"a":1}',
    want: /expected an answer of \/api\/v1\/query_range/,
  },
];

for (const { name, content, options, want } of broken) {
  test(`trace refused: ${name}`, async () => {
    await assert.rejects(load(content, options), want);
  });
}

test('a file that is not there, a format that is not known, and a file that is not packed', async () => {
  await assert.rejects(
    loadTraceFile(join(folder, 'nothing'), null, defaults()),
    /There is no trace .*nothing/,
  );
  await assert.rejects(
    load('0,1\n', {}, 'x', 'xml'),
    /out of csv, access-log, prometheus, recorded, received "xml"/,
  );
  await assert.rejects(load('0,1\n', {}, 'x.gz'), /x\.gz cannot be read/);
});

test('a log with one line cut off is read, and says so', async () => {
  const trace = await load(
    `${line('10/Oct/2025:13:55:37 +0200')}\n${line('10/Oct/2025:13:55:37 +0200')}\n10.0.0.1 - - [10/Oct`,
  );
  assert.equal(trace.arrivals.timesMs.length, 2);
  assert.match(trace.warnings[0] ?? '', /1 of 3 lines are no log lines and were left out \(first: 3\)/);
});

test('the same seed draws the same times, another seed others', async () => {
  const times = async (seed: number): Promise<number[]> => [
    ...(await load('0,50\n', { random: createRandom(seed) })).arrivals.timesMs,
  ];
  assert.deepEqual(await times(4), await times(4));
  assert.notDeepEqual(await times(4), await times(5));
});

test('half a line at the end of a recording is left out, and said', async () => {
  const trace = await load('{"t":1,"target":"a"}\n{"t":2,"target":"a"}\n{"t":17');
  assert.equal(trace.arrivals.timesMs.length, 2);
  assert.match(trace.warnings[0] ?? '', /its last line \(3\) is half a line and was left out/);
  await assert.rejects(load('{"t":17'), /trace:1: expected a JSON object a line/);
});
