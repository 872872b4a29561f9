import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lint } from './lint.ts';

const files = (spec: string, min = 0): string => `apiVersion: http.keda.sh/v1beta1
kind: InterceptorRoute
metadata: { name: shop }
spec:
  target: { service: web, port: 80 }
${spec}
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, command: [serve] }] }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web }
spec:
  scaleTargetRef: { name: web }
  minReplicaCount: ${min}
  triggers:
    - { type: external-push, metadata: { scalerAddress: "scaler.keda:9090", interceptorRoute: shop } }
`;
const rate = '  scalingMetric: { requestRate: { targetValue: 5 } }';
const concurrency = '  scalingMetric: { concurrency: { targetValue: 5 } }';
const both = '  scalingMetric: { requestRate: { targetValue: 5 }, concurrency: { targetValue: 5 } }';
const placeholder = '  coldStart: { placeholder: { response: { body: soon } } }';

const cases: readonly { name: string; text: string; want: readonly string[] }[] = [
  { name: 'a rate alone', text: files(rate), want: ['http-rate-only'] },
  { name: 'a rate beside concurrency', text: files(both), want: [] },
  { name: 'a target that never sleeps', text: files(rate, 1), want: [] },
  {
    name: 'more buckets than thousandths can tell apart',
    text: files('  scalingMetric: { requestRate: { targetValue: 5, window: 1h } }'),
    want: ['http-rate-only', 'http-rate-rounds-off'],
  },
  {
    name: 'a placeholder and concurrency alone',
    text: files(`${concurrency}\n${placeholder}`),
    want: ['http-placeholder-unseen'],
  },
  { name: 'a placeholder beside a rate', text: files(`${both}\n${placeholder}`), want: [] },
  {
    name: 'a placeholder for those above the limit only',
    text: files(
      `${concurrency}\n  coldStart: { maxPendingRequests: 5, overflow: Placeholder, placeholder: { response: {} } }`,
    ),
    want: [],
  },
  {
    name: 'a port that the Service does not have',
    text: files(concurrency).replace('web, port: 80 }', 'web, port: 81 }'),
    want: ['http-service'],
  },
  {
    name: 'a page that is not there',
    text: files(`${both}\n  coldStart: { placeholder: { response: { bodyFromConfigMap: { name: page } } } }`),
    want: ['http-route'],
  },
  {
    name: 'a Service that is not there',
    text: files(concurrency).replace('service: web', 'service: nobody'),
    want: ['here-route'],
  },
];
for (const { name, text, want } of cases) {
  test(`routes: ${name}`, async () => {
    const found = (await lint([{ file: 'a.yaml', text }])).map(({ rule }) => rule);
    assert.deepEqual(
      found.filter((rule) => /^(?:http-|here-route|trigger-unknown|unknown-)/.test(rule)).toSorted(),
      want,
    );
  });
}
