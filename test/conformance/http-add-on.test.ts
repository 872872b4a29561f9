import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Case, Fields } from './case.ts';
import { gatewayKinds } from './http-add-on-gateway.ts';
import { scalerKinds } from './http-add-on-scaler.ts';

// Routing, scaler answers and holding, by the published conformance cases, which are not part of this repository.
const folder = process.env['SLUICE_CONFORMANCE'];
const file = folder === undefined ? null : path.join(folder, 'http-add-on.json');

const kinds: Readonly<Record<string, (input: never) => object | Promise<object>>> = {
  ...gatewayKinds,
  ...scalerKinds,
};

/** What the case speaks of, out of what Sluice did. */
function spokenOf(expect: Fields, got: object): Fields {
  const found: Record<string, unknown> = { ...got };
  // The add-on answers its own errors in plain text, Sluice in the shape of all its errors.
  const isOwnError = found['status'] === 500 && expect['status'] === 500;
  const keys = Object.keys(expect).filter((key) => !isOwnError || !['body', 'contentType'].includes(key));
  return Object.fromEntries(keys.map((key) => [key, found[key] ?? null]));
}

async function check({ expect, input, kind = '' }: Case): Promise<void> {
  const run = kinds[kind];
  assert.ok(run, `there is an answer to cases of kind ${kind}`);
  // Each kind has fields of its own, which the functions name.
  const got = await run(input as never);
  const wanted: Fields = Object(expect);
  const said = spokenOf(wanted, got);
  assert.deepEqual(said, Object.fromEntries(Object.keys(said).map((key) => [key, wanted[key] ?? null])));
}

if (file === null || !existsSync(file)) {
  const skip = 'SLUICE_CONFORMANCE does not point at a folder with this file';
  test('conformance: http-add-on.json', { skip }, () => {});
} else {
  const parsed: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(file, 'utf8'));
  for (const [kind, cases = []] of Object.entries(Object.groupBy(parsed.cases, (item) => item.kind ?? ''))) {
    test(`conformance: http-add-on.json, ${kind}`, async (t) => {
      let passed = 0;
      for (const item of cases) {
        await t.test(`${item.id} ${item.note ?? ''}`, async () => {
          await check(item);
          passed += 1;
        });
      }
      t.diagnostic(`${kind}: ${passed}/${cases.length} passed`);
    });
  }
}
