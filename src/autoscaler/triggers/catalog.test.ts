import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { typesReadHere } from './catalog.ts';
import { catalogue } from './catalogue/catalogue.ts';

const root = path.join(import.meta.dirname, '../../..');

/** Not in KEDA; see `docs/`. */
const own = ['sluice-pending'];
/** The HPA takes their values from the replicas: `read` gives none, which the suite asks for. */
const withoutReadings = ['cpu', 'memory'];

test('every type read here is one of KEDA or our own', () => {
  const unknown = [...typesReadHere].filter((type) => !catalogue().has(type));
  assert.deepEqual(unknown, own);
});

test('every type read here runs the suite of the port', () => {
  const files = ['src/autoscaler', 'test/triggers'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => readFileSync(path.join(root, folder, file), 'utf8')),
  );
  const tested = new Set(files.flatMap((text) => testedIn(text)));
  assert.deepEqual(
    [...typesReadHere].filter((type) => !tested.has(type) && !withoutReadings.includes(type)),
    [],
  );
});

/** Types by name, and those of a table or list whose rows are each given to the suite. */
function testedIn(text: string): readonly string[] {
  const named = [...text.matchAll(/testTrigger\(\s*'([\w-]+)'/g)].map(([, type = '']) => type);
  if (!/testTrigger\(\s*type\b/.test(text)) return named;
  const rows = [...text.matchAll(/\btype: '([\w-]+)'/g)].map(([, type = '']) => type);
  const lists = [...text.matchAll(/const type of \[([^\]]*)\]/g)].flatMap(([, list = '']) =>
    [...list.matchAll(/'([\w-]+)'/g)].map(([, type = '']) => type),
  );
  return [...named, ...rows, ...lists];
}

test('docs/triggers.md has one row for each type, with what it was tested against', () => {
  const page = readFileSync(path.join(root, 'docs/triggers.md'), 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const documented = rows.flatMap(([, types = '']) =>
    [...types.matchAll(/`([\w-]+)`/g)].map(([, type = '']) => type),
  );
  assert.deepEqual([...new Set(documented)].toSorted(), [...typesReadHere].toSorted());
  for (const cells of rows) {
    assert.equal(cells.length, 6, cells.join(' | '));
    assert.ok(cells[2] && cells[3] && cells[4], cells.join(' | '));
  }
});

test('the manifest everything starts from loads neither TLS nor fetch', () => {
  const code = `
    await (await import('./catalog.ts')).loadTriggerDriver('prometheus');
    console.log(process.moduleLoadList.join('\\n'));`;
  const loaded = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  assert.match(loaded, /NativeModule url/);
  assert.doesNotMatch(loaded, /NativeModule (?:tls|https|http2|internal\/deps\/undici\/undici)$/m);
});
