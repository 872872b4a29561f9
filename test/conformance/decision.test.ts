import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import type { Case } from './case.ts';
import { hpaBehavior } from './hpa-behavior-cases.ts';
import { hpaController, hpaReplicaCalculator } from './hpa-replica-cases.ts';
import { executor, fallback, formula } from './keda-cases.ts';
import { restrict } from './restrict.ts';
import { scaledJob } from './scaled-job-cases.ts';

// Runs the published conformance cases against the decision core. The cases are not part of this repository.
const folder = process.env['SLUICE_CONFORMANCE'];

const files: Readonly<Record<string, (item: Case) => unknown>> = {
  'executor.json': executor,
  'fallback.json': fallback,
  'formula.json': formula,
  'hpa-behavior.json': hpaBehavior,
  'hpa-controller.json': hpaController,
  'hpa-replica-calculator.json': hpaReplicaCalculator,
  'scaledjob.json': scaledJob,
};

for (const [file, answer] of Object.entries(files)) {
  const at = folder === undefined ? null : path.join(folder, file);
  if (at === null || !existsSync(at)) {
    const skip = 'SLUICE_CONFORMANCE does not point at a folder with this file';
    test(`conformance: ${file}`, { skip }, () => {});
    continue;
  }
  const parsed: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(at, 'utf8'));
  describe(`conformance: ${file}`, () => {
    for (const item of parsed.cases) {
      test(`${item.id} ${item.name ?? item.note ?? ''}`, () => {
        const want = item.expect ?? item.expected ?? {};
        const got = answer(item);
        // Only what a case states is compared; our answers say more.
        assert.deepEqual(restrict(got, want), want);
      });
    }
  });
}
