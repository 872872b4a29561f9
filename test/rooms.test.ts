import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Who may import whom: the first row whose `from` starts a file's path rules it. Its own folder is always allowed. */
const rules: readonly { from: string; may: readonly string[]; packages?: readonly string[] }[] = [
  { from: 'src/contract/', may: [], packages: ['zod'] },
  { from: 'src/platform/', may: ['src/contract/'] },
  { from: 'src/gateway/route/', may: ['src/contract/'], packages: [] },
  { from: 'src/gateway/', may: ['src/contract/', 'src/platform/'] },
  { from: 'src/rag/citations/', may: ['src/contract/', 'src/rag/retrieval/english-stem.ts'], packages: [] },
  { from: 'src/rag/', may: ['src/contract/', 'src/platform/'] },
  { from: 'src/autoscaler/decision/', may: ['src/contract/'], packages: [] },
  {
    from: 'src/autoscaler/triggers/',
    may: ['src/contract/', 'src/platform/', 'src/timeseries/', 'src/autoscaler/'],
  },
  { from: 'src/autoscaler/', may: ['src/contract/', 'src/platform/'] },
  { from: 'src/timeseries/', may: ['src/contract/', 'src/platform/'] },
  {
    from: 'src/simulator/',
    may: [
      'src/contract/',
      'src/platform/',
      'src/gateway/hold/',
      'src/gateway/forward/pick-replica.ts',
      'src/autoscaler/decision/',
      'src/autoscaler/manifests/',
      'src/autoscaler/triggers/',
      'src/autoscaler/targets/plan-replicas.ts',
      'src/autoscaler/external-scaler/gateway-scaler.ts',
      'src/autoscaler/policy-of.ts',
      'src/timeseries/',
    ],
  },
  { from: 'src/cli/', may: ['src/'] },
  { from: 'web/', may: ['src/contract/'] },
  { from: 'bench/', may: ['src/', 'bench/', 'test/'] },
  { from: 'test/', may: ['src/', 'test/', 'web/', 'bench/', 'scripts/'] },
];

/** Import and export specifiers, static and dynamic, with `type` kept apart: types cost nothing at run time but bind all the same. */
function specifiersOf(text: string): readonly string[] {
  const statements = /^(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm;
  const dynamic = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;
  return [...text.matchAll(statements), ...text.matchAll(dynamic)].map((found) => found[1] ?? found[2] ?? '');
}

/** What one file imports against its row. @returns a sentence naming the edge, or null. */
function verdict(file: string, specifier: string): string | null {
  const rule = rules.find(({ from }) => file.startsWith(from));
  if (!rule) return `${file} is in no room: add its folder to the rules`;
  if (!specifier.startsWith('.')) {
    const isTest = file.endsWith('.test.ts') || file.endsWith('conformance.ts');
    if (isTest || !rule.packages || rule.packages.includes(specifier)) return null;
    return `${file} -> ${specifier}: ${rule.from} imports no packages but [${rule.packages.join(', ')}]`;
  }
  const target = relative(root, resolve(root, dirname(file), specifier));
  if (target.startsWith(rule.from) || rule.may.some((allowed) => target.startsWith(allowed))) return null;
  if (file.endsWith('.test.ts') && /^(src\/platform|test\/support)\//.test(target)) return null;
  return `${file} -> ${target}: ${rule.from} may import only [${rule.may.join(', ')}]`;
}

const files = ['src', 'web', 'bench', 'test'].flatMap((folder) =>
  globSync(`${folder}/**/*.{ts,tsx}`, { cwd: root }),
);

test('every import goes the way the rooms allow', () => {
  const bad = files.flatMap((file) =>
    specifiersOf(readFileSync(join(root, file), 'utf8')).flatMap(
      (specifier) => verdict(file, specifier) ?? [],
    ),
  );
  assert.deepEqual(bad, [], `\n${bad.join('\n')}\n`);
});

test('the check itself sees a forbidden edge and an allowed one', () => {
  assert.match(
    verdict('src/gateway/chain.ts', '../rag/answer.ts') ?? '',
    /src\/gateway\/chain\.ts -> src\/rag\/answer\.ts/,
  );
  assert.match(verdict('src/autoscaler/decision/decide.ts', 'node:fs') ?? '', /imports no packages/);
  assert.equal(
    verdict('src/autoscaler/triggers/drivers/prometheus.ts', '../../../timeseries/store.ts'),
    null,
  );
  assert.equal(verdict('src/gateway/chain.ts', '../platform/clock.ts'), null);
  assert.deepEqual(
    specifiersOf(
      "import { a } from './a.ts';\nconst b = await import('./b.ts');\nexport {\n c,\n} from './c.ts';",
    ),
    ['./a.ts', './c.ts', './b.ts'],
  );
});

/** `import * as z`: the object `z` cannot be shaken, and would bring 540 kB to every start. Types cost nothing. */
const wholeZod = /^import (?!type\b|\*)[^;]*?from 'zod'/m;

test('zod is imported so that what is not used can be left out', () => {
  const bad = files.filter((file) => wholeZod.test(readFileSync(join(root, file), 'utf8')));
  assert.deepEqual(bad, []);
  assert.match("import { z } from 'zod';", wholeZod);
  assert.doesNotMatch("import * as z from 'zod';\nimport type { ZodType } from 'zod';", wholeZod);
});
