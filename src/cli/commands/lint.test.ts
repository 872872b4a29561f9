import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runLint } from './lint.ts';

const broken = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web }
spec:
  scaleTargetRef: { name: web }
  minReplicaCount: 1
  cooldownPeriod: 5 # seconds
  triggers:
    - type: kafka
      metadata: { bootstrapServers: "k:1", consumerGroup: g, lagThreshold: 5 }
`;

test('exit codes: 0 with warnings, 1 with --strict, 2 with errors', async () => {
  const builtIn = await runLint([], { json: true });
  assert.equal(builtIn.exitCode, 0);
  const { findings } = JSON.parse(builtIn.output);
  assert.equal(findings.length, 4);
  assert.equal(findings[0].edits, undefined);
  assert.equal((await runLint([], { strict: true })).exitCode, 1);
  await assert.rejects(runLint([], { fix: true }), /--fix needs files/);
  await assert.rejects(runLint([], { json: true, sarif: true }), /received both/);
  await assert.rejects(runLint(['/absent/a.yaml'], {}), { code: 'not-found' });
});

test('--fix mends the file and reports what is left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lint-'));
  try {
    const file = join(folder, 'a.yaml');
    writeFileSync(file, broken);
    const before = await runLint([folder], {});
    assert.equal(before.exitCode, 2);
    assert.match(
      before.output,
      /a\.yaml:10: error schema: .*lagThreshold: expected text, received the number 5/,
    );
    assert.match(before.output, /note here-target/);
    assert.doesNotMatch((await runLint([folder], { cluster: true })).output, /here-/);
    const after = await runLint([folder], { fix: true });
    assert.equal(after.exitCode, 0);
    assert.match(after.output, /2 fixed\./);
    const want = broken
      .replace('  cooldownPeriod: 5 # seconds\n', '')
      .replace('lagThreshold: 5', 'lagThreshold: "5"');
    assert.equal(readFileSync(file, 'utf8'), want);
    const sarif = JSON.parse((await runLint([folder], { sarif: true })).output);
    assert.equal(sarif.version, '2.1.0');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
