import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { builtInManifest } from '../../autoscaler/manifests/built-in.ts';
import { manifestsText } from './manifests.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
function hpaOf(text: string): Promise<string> {
  files += 1;
  const file = join(folder, `${files}.yaml`);
  writeFileSync(file, text);
  return manifestsText({ file: [file], hpa: true });
}

const object = (triggers: string, metadata = '{ name: web }', spec = ''): string =>
  `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: ${metadata}\nspec:\n  scaleTargetRef: { name: web }\n${spec}  triggers:\n${triggers}`;
const kafka =
  '    - { type: kafka, metadata: { bootstrapServers: "k:1", consumerGroup: g, topic: t, lagThreshold: "1000" } }\n';

test('the built-in manifests, and the HPA of the built-in ScaledObject', async () => {
  assert.equal(await manifestsText({ file: [] }), builtInManifest);
  const [hpa] = parseAllDocuments(await manifestsText({ file: [], hpa: true })).map((each) => each.toJS());
  assert.equal(hpa.metadata.name, 'keda-hpa-sluice');
  assert.deepEqual(hpa.metadata.annotations, undefined);
  assert.deepEqual(hpa.spec.metrics[0].external.target, { type: 'AverageValue', averageValue: '5' });
});

test('an HPA of files that no machine could run: spelled as a cluster prints it', async () => {
  const behavior =
    '  advanced: { horizontalPodAutoscalerConfig: { name: mine, behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } } }\n';
  const text = await hpaOf(object(kafka, '{ name: web, namespace: shop, annotations: { a: b } }', behavior));
  assert.match(text, /^# ScaledObject shop\/web \(.*\.yaml:1\)\n/);
  const hpa = parseAllDocuments(text)[0]?.toJS();
  assert.deepEqual(
    [hpa.metadata.name, hpa.metadata.namespace, hpa.metadata.annotations],
    ['mine', 'shop', { a: 'b' }],
  );
  assert.deepEqual(hpa.spec.behavior, { scaleDown: { stabilizationWindowSeconds: 60 } });
  assert.deepEqual(hpa.spec.metrics[0].external.metric.name, 's0-kafka-t');
  assert.equal(hpa.spec.metrics[0].external.target.averageValue, '1k');
});

test('what the files do not tell is named, not guessed', async () => {
  const external = '    - { type: external, metadata: { scalerAddress: "mine:6000" } }\n';
  const wrong = '    - { type: kafka, metadata: { bootstrapServers: "k:1", lagThreshold: none } }\n';
  const text = await hpaOf(object(`${kafka}${external}${wrong}`));
  assert.match(
    text,
    /^# Without the metrics of triggers\[1\] \(external\): its scaler \(mine:6000\) says itself which metrics it has\.$/m,
  );
  assert.match(
    text,
    /^# Without the metrics of triggers\[2\] \(kafka\): consumerGroup: expected .*lagThreshold/m,
  );
  assert.equal(parseAllDocuments(text)[0]?.toJS().spec.metrics.length, 1);
});

test('a paused object has no HPA, and says so', async () => {
  const paused = object(kafka, '{ name: web, annotations: { autoscaling.keda.sh/paused: "true" } }');
  const text = await hpaOf(
    `${paused}---\n${object(kafka, '{ name: second }').replace('{ name: web }', '{ name: other }')}`,
  );
  assert.match(
    text,
    /^# ScaledObject default\/web \(.*\) is paused by annotation: KEDA has deleted its HPA\.\n---\n/,
  );
  const names = parseAllDocuments(text).flatMap((each) => each.toJS()?.spec.scaleTargetRef.name ?? []);
  assert.deepEqual(names, ['other']);
});

test('triggers of the HTTP add-on have the metrics of their routes', async () => {
  const example = join(root, 'examples', 'manifests', 'http-add-on.yaml');
  const text = await manifestsText({ file: [example], hpa: true });
  assert.doesNotMatch(text, /Without/);
  const metrics: readonly { external: { metric: { name: string } } }[] =
    parseAllDocuments(text)[0]?.toJS().spec.metrics;
  assert.ok(metrics.some(({ external }) => external.metric.name === 's0-http_files_concurrency'));
});

test('what KEDA refuses has no HPA, nor has a file without a ScaledObject', async () => {
  await assert.rejects(hpaOf(object(kafka, '{ name: web }', '  minReplicaCount: 200\n')), {
    code: 'invalid-argument',
    message: /expected at most maxReplicaCount \(100\), received 200/,
  });
  await assert.rejects(
    hpaOf('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n'),
    /with a ScaledObject/,
  );
  await assert.rejects(manifestsText({ file: ['a.yaml'] }), /Expected --hpa beside --file/);
});
