import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { Case, Fields } from './case.ts';
import { commonValues } from './common-values.ts';
import { httpValues } from './http-values.ts';
import { rabbit, serverValues } from './server-values.ts';
import { answering, orError, readingOf, type ValueAnswer } from './value-answer.ts';

// Runs the published cases about what triggers make of answers. They are not part of this repository.
const folder = process.env['SLUICE_CONFORMANCE'];
const file = folder === undefined ? null : path.join(folder, 'scaler-values.json');

const answers: Readonly<Record<string, ValueAnswer>> = { ...commonValues, ...httpValues, ...serverValues };

/** A kind without an answer of its own: a trigger that is asked once, by a server that gives the answer of the case. */
function answerOf(kind: string, input: Fields): ValueAnswer | undefined {
  const known = answers[kind];
  if (known || !input['triggerMetadata'] || typeof input['body'] !== 'string') return known;
  const [type = ''] = kind.split('.');
  if (type === 'rabbitmq') return rabbit;
  const { authParams = {}, resolvedEnv = {}, triggerMetadata } = input;
  return () =>
    orError(() => readingOf(type, triggerMetadata, { authParams, resolvedEnv, fetch: answering(input) }));
}

/** A case states some fields of the answer; the others are not compared. */
async function compare({ expect, input = {}, kind = '' }: Case): Promise<void> {
  const answer = answerOf(kind, input);
  assert.ok(answer, `nothing here answers cases of kind "${kind}"`);
  const want: Fields = Object(expect);
  const got: Fields = Object(await answer(input));
  assert.deepEqual(Object.fromEntries(Object.keys(want).map((key) => [key, got[key]])), want);
}

if (file === null || !existsSync(file)) {
  const skip = 'SLUICE_CONFORMANCE does not point at a folder with this file';
  test('conformance: scaler-values.json', { skip }, () => {});
} else {
  const { cases }: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(file, 'utf8'));
  describe('conformance: scaler-values.json', () => {
    let passed = 0;
    for (const item of cases) {
      test(`${item.id} ${item.note ?? ''}`, async () => {
        await compare(item);
        passed += 1;
      });
    }
    after(() => {
      console.log(`scaler-values.json: ${passed}/${cases.length}`);
    });
  });
}
