import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchReport } from './report.ts';

// npm run bench -- <scenario> [arguments] [--json]: runs one scenario and prints its figures with machine and commit.
const here = dirname(fileURLToPath(import.meta.url));
const helpers = new Set(['main', 'report', 'statistics', 'simulated-scenario', 'invented-traces']);
const scenarios = readdirSync(here)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !helpers.has(name.slice(0, -3)))
  .map((name) => name.slice(0, -3))
  .sort();

function machine(): string {
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${memoryGiB} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

function commit(): string {
  try {
    const head = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: here,
      encoding: 'utf8',
    }).trim();
    const dirty =
      execFileSync('git', ['status', '--porcelain', '-uno'], { cwd: here, encoding: 'utf8' }).trim() !== '';
    return dirty ? `${head}+changes` : head;
  } catch {
    return 'no commit';
  }
}

function print(report: BenchReport): void {
  const width = Math.max(...report.figures.map(({ name }) => name.length));
  console.log(`\n${report.scenario} — ${machine()} — ${commit()}`);
  for (const { name, value, unit } of report.figures) {
    const text = typeof value === 'number' ? String(Number(value.toPrecision(4))) : value;
    console.log(`  ${name.padEnd(width)}  ${text}${unit ? ` ${unit}` : ''}`);
  }
  for (const note of report.notes ?? []) console.log(`  note: ${note}`);
}

const [name = '', ...args] = process.argv.slice(2);
if (!scenarios.includes(name) || !existsSync(join(here, `${name}.ts`))) {
  console.error(`npm run bench -- <scenario>: expected one of ${scenarios.join(', ')}; received "${name}"`);
  process.exit(2);
}
const { run } = (await import(join(here, `${name}.ts`))) as {
  run: (args: readonly string[]) => Promise<BenchReport>;
};
const report = await run(args.filter((arg) => arg !== '--json'));
if (args.includes('--json')) console.log(JSON.stringify({ machine: machine(), commit: commit(), ...report }));
else print(report);
