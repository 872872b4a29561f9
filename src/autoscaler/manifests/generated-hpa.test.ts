import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hpaOffers } from '../triggers/hpa-offers.ts';
import { collectManifests } from './collect-manifests.ts';
import { generateHpa } from './generated-hpa.ts';

const object = (rest: string, annotations = '{}'): string => `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web, labels: { team: a, secret: b }, annotations: ${annotations} }
spec:
  scaleTargetRef: { name: web }
${rest}`;
const triggers = `
  triggers:
    - type: cpu
      metricType: Utilization
      metadata: { value: "60" }
    - type: prometheus
      name: rate
      metadata: { serverAddress: "http://p", query: up, threshold: "2.5" }
    - type: kafka
      name: lag
      metricType: Value
      metadata: { bootstrapServers: "k:9092", consumerGroup: jobs }
    - type: external
      metadata: { scalerAddress: "e:6000" }`;

async function hpaOf(text: string) {
  const { set } = await collectManifests([{ file: 'a.yaml', text }]);
  const [spec] = set.scaledObjects;
  assert.ok(spec);
  const { leftOut, offers } = hpaOffers(spec, set);
  return { hpa: generateHpa(spec, offers), leftOut };
}

test('one metric a trigger, in the order of their types; external scalers speak for themselves', async () => {
  const { hpa, leftOut } = await hpaOf(
    object(`  maxReplicaCount: 7${triggers}`, '{ "scaledobject.keda.sh/hpa-excluded-labels": "secret" }'),
  );
  assert.equal(hpa.metadata.name, 'keda-hpa-web');
  assert.equal(hpa.metadata.labels['team'], 'a');
  assert.equal(hpa.metadata.labels['secret'], undefined);
  assert.deepEqual([hpa.spec.minReplicas, hpa.spec.maxReplicas], [1, 7]);
  assert.equal(hpa.spec.behavior, undefined, 'nil stays nil: it chooses the algorithm');
  assert.deepEqual(leftOut, [
    { index: 3, type: 'external', reason: 'its scaler (e:6000) says itself which metrics it has' },
  ]);
  const selector = { matchLabels: { 'scaledobject.keda.sh/name': 'web' } };
  assert.deepEqual(hpa.spec.metrics, [
    {
      type: 'External',
      external: {
        metric: { name: 's1-prometheus', selector },
        target: { type: 'AverageValue', averageValue: '2500m' },
      },
    },
    {
      type: 'External',
      external: {
        metric: { name: 's2-kafka-jobs-topics', selector },
        target: { type: 'Value', value: '10' },
      },
    },
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
  ]);
});

test('a formula replaces every external metric by one', async () => {
  const formula = `  advanced: { scalingModifiers: { formula: rate + lag, target: "0.3339" } }`;
  const { hpa } = await hpaOf(object(`${formula}${triggers}`));
  assert.deepEqual(
    hpa.spec.metrics.map((metric) => (metric.type === 'External' ? metric.external : metric.type)),
    [
      {
        metric: {
          name: 'composite-metric',
          selector: { matchLabels: { 'scaledobject.keda.sh/name': 'web' } },
        },
        target: { type: 'AverageValue', averageValue: '333m' },
      },
      'Resource',
    ],
  );
});

test('pausing one direction writes a behavior section', async () => {
  const { hpa } = await hpaOf(object(triggers, '{ "autoscaling.keda.sh/paused-scale-in": "true" }'));
  assert.deepEqual(hpa.spec.behavior, { scaleDown: { selectPolicy: 'Disabled' } });
});
