import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'cli', 'main.ts');
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-simulate-'));
  const rows = Array.from({ length: 120 }, (_, second) => `${second},${second % 7 === 0 ? 4 : 1}`);
  await writeFile(join(folder, 'trace.csv'), `t,count\n${rows.join('\n')}\n`);
  await writeFile(join(folder, 'years.csv'), 't,count\n1,1\n2,1\n1700000000,5\n');
  await writeFile(join(folder, 'quiet.csv'), 't,count\n0,1\n600,1\n');
});
after(() => rm(folder, { recursive: true }));

function sluice(args: readonly string[]): { code: number | null; out: string; err: string } {
  const { status, stderr, stdout } = spawnSync(process.execPath, [main, 'simulate', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

test('simulate prints the table, writes the page, and repeats itself byte for byte', async () => {
  const args = [
    '--trace',
    'trace.csv',
    '--service',
    'exponential:400ms',
    '--html',
    'page.html',
    '--price',
    '0.2',
  ];
  const first = sluice(args);
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /^policy +replica-h +cost/m);
  assert.equal(first.out.match(/^(keda|instant|knative|static|clairvoyant) /gm)?.length, 5);
  const page = await readFile(join(folder, 'page.html'), 'utf8');
  assert.deepEqual(sluice(args), first);
  assert.equal(await readFile(join(folder, 'page.html'), 'utf8'), page);
});

test('simulate --json with a sweep is one object with a recommendation', () => {
  const { code, err, out } = sluice([
    '--trace',
    'trace.csv',
    '--json',
    '--policies',
    'instant',
    '--sweep',
    'cooldown=10,60',
    'slots=2,8',
    '--wait-target',
    'p95=2s',
    '--service',
    '300ms',
  ]);
  assert.equal(code, 0, err);
  const report = JSON.parse(out) as {
    sweep: { points: unknown[]; recommended: number; meetsTarget: boolean };
  };
  assert.equal(report.sweep.points.length, 4);
  assert.equal(report.sweep.meetsTarget, true);
  assert.ok(report.sweep.recommended >= 0);
});

test('simulate says which flags did nothing, and when nobody was ever answered', () => {
  const { code, err, out } = sluice(['--trace', 'quiet.csv', '--values', 'rate', '--policies', 'keda']);
  assert.equal(code, 0, err);
  assert.match(out, /^note: --values has no effect: it is for Prometheus range data, the trace is CSV/m);
  assert.match(out, /^note: keda: no replica was ever started and no request was answered/m);
  const sweep = ['--sweep', 'requestRate=1,2', 'threshold=1,2', '--policies', 'keda'];
  const notes = sluice(['--trace', 'quiet.csv', ...sweep]).out.match(/^note: --sweep .*$/gm);
  assert.deepEqual(notes, ['note: --sweep requestRate has no effect: nothing of sluice-replica has it.']);
});

test('wrong flags and traces end with 2 and a sentence', () => {
  const cases: readonly [readonly string[], number, RegExp][] = [
    [
      ['--trace', 'trace.csv', '--kubernetes', '1.9'],
      2,
      /--kubernetes: expected one of 1\.32, 1\.33, 1\.37, received 1\.9\./,
    ],
    [[], 2, /--trace <file>' not specified/],
    [['--trace', 'none.csv'], 2, /There is no trace none\.csv/],
    [['--trace', 'trace.csv', '--start', 'soon'], 2, /--start: expected a duration .* received "soon"/],
    [['--trace', 'trace.csv', '--policies', 'keda,best'], 2, /--policies: expected .* received best/],
    [['--trace', 'trace.csv', '--sweep', 'speed=1'], 2, /--sweep: expected name=value/],
    [['--trace', 'trace.csv', '--wait-target', 'p95=2s'], 2, /--wait-target: expected a --sweep/],
    [['--trace', 'trace.csv', '--interval', '0s'], 2, /--interval: expected a duration above 0/],
    [['--trace', 'trace.csv', '--html', '.'], 2, /--html: \. cannot be written: it is a folder\./],
    [
      ['--trace', 'trace.csv', '--html', 'none/page.html'],
      2,
      /--html: none\/page\.html cannot be written: its folder is not there\./,
    ],
    [['--trace', 'years.csv'], 2, /years\.csv spans 19676 days; expected at most 400/],
    [
      ['--trace', 'trace.csv', '--target', 'docs'],
      2,
      /--target: expected one of sluice-replica, received docs/,
    ],
    [['--trace', 'trace.csv', '--scrape-interval', '0'], 2, /--scrape-interval: expected a duration above 0/],
    [
      ['--trace', 'trace.csv', '--trace-format', 'recorded'],
      2,
      /trace\.csv:1: expected a JSON object a line/,
    ],
  ];
  for (const [args, code, message] of cases) {
    const got = sluice(args);
    assert.equal(got.code, code, got.err);
    assert.match(got.err, message);
    assert.equal(got.out, '');
  }
});

const data = process.env['SLUICE_DATA'];
test(
  'over the development trace instant pays less and waits less than knative, and loses nobody',
  { skip: data === undefined ? 'SLUICE_DATA is not set' : false },
  () => {
    const { code, err, out } = sluice([
      '--trace',
      join(data ?? '', 'traces', 'azure_llm_2023_code_1s.csv.gz'),
      '--json',
      '--start',
      '500ms',
      '--service-column',
      'out_tokens*20ms',
    ]);
    assert.equal(code, 0, err);
    interface Row {
      readonly policy: string;
      readonly requests: number;
      readonly completed: number;
      readonly replicaHours: number;
      readonly waitMs: { readonly p95: number };
    }
    const { policies } = JSON.parse(out) as { policies: readonly Row[] };
    const row = (name: string): Row => {
      const found = policies.find(({ policy }) => policy === name);
      assert.ok(found, name);
      return found;
    };
    assert.equal(row('instant').completed, row('instant').requests);
    assert.ok(row('instant').replicaHours < row('knative').replicaHours);
    for (const other of ['knative', 'keda']) assert.ok(row('instant').waitMs.p95 < row(other).waitMs.p95);
    for (const { policy, replicaHours } of policies) {
      if (policy !== 'clairvoyant') assert.ok(replicaHours > row('clairvoyant').replicaHours);
    }
  },
);
