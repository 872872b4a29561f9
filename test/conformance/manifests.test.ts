import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { Case, Fields } from './case.ts';
import { validation } from './manifest-cases.ts';
import { isObject, restrict } from './restrict.ts';
import { metadata, metricName } from './trigger-cases.ts';

// Runs the published conformance cases against manifests and the catalogue of triggers. They are not part of this repository.
const folder = process.env['SLUICE_CONFORMANCE'];

type Item = Case & Fields;

/** Rows of the published data that its own source does not stand by, with the reason. They must fail: a pass is news. */
const artefacts: Readonly<Record<string, string>> = {
  'elasticsearch/elasticsearchMetricIdentifiers/0':
    'the upstream test sets a name that no metadata leads to, and the metadata lacks targetValue and valueLocation',
  'elasticsearch/elasticsearchMetricIdentifiers/1':
    'the upstream test sets a name that no metadata leads to, and the metadata lacks targetValue',
};

/** Kinds of cases about something that Sluice asks nowhere, with the reason. They are skipped, not answered by the test. */
const notAsked: Readonly<Record<string, string>> = {
  hasPausedAnnotation: 'nothing depends on mere presence: pauseAnnotations says what the annotations mean',
};

/** What a Redis stream's target counts; rows name the constants of upstream's source, or the text that defines one. */
const streamModes: Readonly<Record<string, string>> = {
  'iota + 1': 'pending',
  xPendingFactor: 'pending',
  xLengthFactor: 'length',
  lengthFactor: 'length',
  lagFactor: 'lag',
  xLagFactor: 'lag',
};

async function compare(file: string, item: Item): Promise<void> {
  if (file === 'scaledobject-validation.json') {
    const got: Fields = Object(await validation(item));
    if (item.kind === undefined || item.kind === 'webhook') {
      assert.equal(got['verdict'], item.expect, String(got['reasons']));
      const warnings: readonly string[] | undefined = item['expectedWarnings'] ?? item['expectWarnings'];
      if (warnings) assert.equal(got['warnings'].length, warnings.length, String(got['warnings']));
      return;
    }
    const { message: _wording, ...want } = Object(item.expect) as Fields;
    assert.deepEqual(got, want);
    return;
  }
  if (file === 'scaler-metric-names.json') {
    const got = metricName(item);
    const want: Fields = Object(item.expect);
    assert.equal(got.metricName, want['metricName'], got.problems.join('; '));
    return;
  }
  const got = metadata(item);
  assert.equal(got.verdict, item.expect, got.problems.join('; '));
  if (got.verdict === 'reject' || !item['expectedFields']) return;
  const want = comparable(item, item['expectedFields']);
  assert.deepEqual(restrict(got.fields, want), want);
}

/** What a row really states about parsed fields. */
function comparable(item: Item, fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields)
      // The row's enableTLS is read upstream only to choose which certificates to compare; without tls there are none.
      .filter(([key, value]) => !(key === 'enableTLS' && value === true && !mentionsTls(item)))
      .map(([key, value]) => {
        if (key === 'scaleFactor') return [key, streamModes[String(value)] ?? value];
        return [key, isObject(value) ? comparable(item, value) : value];
      }),
  );
}

const mentionsTls = (item: Item): boolean => 'tls' in item['authParams'] || 'tls' in item['triggerMetadata'];

const files = [
  'scaledobject-validation.json',
  'scaler-metadata-core.json',
  'scaler-metadata-other.json',
  'scaler-metric-names.json',
];

for (const file of files) {
  const at = folder === undefined ? null : path.join(folder, file);
  if (at === null || !existsSync(at)) {
    test(
      `conformance: ${file}`,
      { skip: 'SLUICE_CONFORMANCE does not point at a folder with this file' },
      () => {},
    );
    continue;
  }
  const parsed: { readonly cases: readonly Item[] } = JSON.parse(readFileSync(at, 'utf8'));
  describe(`conformance: ${file}`, () => {
    let passed = 0;
    for (const item of parsed.cases) {
      const artefact = artefacts[item.id];
      const skip = notAsked[item.kind ?? ''] ?? false;
      test(`${item.id} ${item.note ?? ''}`, { skip }, async () => {
        if (artefact !== undefined) {
          await assert.rejects(compare(file, item), `passes although ${artefact}`);
          return;
        }
        await compare(file, item);
        passed += 1;
      });
    }
    after(() => {
      const excluded = parsed.cases.flatMap(({ id }) => (artefacts[id] ? [`${id}: ${artefacts[id]}`] : []));
      console.log(
        `${file}: ${passed}/${parsed.cases.length}${excluded.length > 0 ? `; not counted: ${excluded.join(' · ')}` : ''}`,
      );
    });
  });
}
