import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRouteSpecs } from '../autoscaler/manifests/interceptor-route-specs.ts';
import { parseManifests } from '../autoscaler/manifests/parse-manifests.ts';
import { toTargetSpecs } from '../autoscaler/manifests/target-spec.ts';
import { comparePolicies } from './compare.ts';
import type { Scenario } from './scenario.ts';
import { gatewayMetricNames } from './simulated-metrics.ts';
import { arrivalsAt, modelOf } from './simulator-fixture.ts';
import { parseSweep, runSweep } from './sweep.ts';

const manifest = (metric: string, more = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main, command: [serve] }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: http.keda.sh/v1beta1
kind: InterceptorRoute
metadata: { name: shop }
spec:
  target: { service: web, port: 80 }
  scalingMetric: { ${metric} }
${more}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web }
spec:
  scaleTargetRef: { name: web }
  cooldownPeriod: 60
  triggers:
    - { type: external-push, metadata: { scalerAddress: "127.0.0.1:1", interceptorRoute: shop } }
`;

async function scenario(text: string, arrivalsMs: readonly number[]): Promise<Scenario> {
  const manifests = await parseManifests([{ file: 'test', text }]);
  const [spec] = toTargetSpecs(manifests);
  assert.ok(spec);
  return {
    arrivals: arrivalsAt(arrivalsMs, 600_000),
    model: modelOf({ slots: spec.launch.slots, target: spec.name }),
    spec,
    manifests,
    routes: toRouteSpecs(manifests),
    metrics: gatewayMetricNames,
    scrapeIntervalMs: 5000,
    pollPhaseMs: 0,
    hpaPhaseMs: null,
    instant: { headroomReplicas: 0, extraIdleMs: 10_000 },
    flapWindowMs: 600_000,
    pricePerHour: null,
  };
}

test('policy keda wakes on the arrival, as the gateway pushes it, and sleeps after the cooldown', async () => {
  for (const metric of ['concurrency: { targetValue: 5 }', 'requestRate: { targetValue: 5, window: 10s }']) {
    const [keda] = await comparePolicies(await scenario(manifest(metric), [12_345, 300_001]), {
      policies: ['keda'],
    });
    assert.equal(keda?.completed, 2, metric);
    // The start of a replica takes a second.
    assert.equal(keda?.waitMs.max, 1000, metric);
    assert.equal(keda?.starts, 2, metric);
    assert.deepEqual(keda?.notes, [], metric);
  }
});

test('the HPA grows by the route: held requests count', async () => {
  const burst = Array.from({ length: 12 }, () => 30_000);
  const slow = await scenario(manifest('concurrency: { targetValue: 2 }'), burst);
  const model = { ...slow.model, service: { kind: 'constant', ms: 60_000 } as const };
  const [keda] = await comparePolicies({ ...slow, model }, { policies: ['keda'] });
  assert.equal(keda?.completed, 12);
  assert.equal(keda?.mostReplicas, 6);
});

test('a sweep changes what a route scales by', async () => {
  const burst = Array.from({ length: 12 }, () => 30_000);
  const slow = await scenario(manifest('concurrency: { targetValue: 2 }'), burst);
  const model = { ...slow.model, service: { kind: 'constant', ms: 60_000 } as const };
  const points = await runSweep(
    { ...slow, model },
    { points: parseSweep(['concurrency=3,6']), policies: ['keda'] },
  );
  assert.deepEqual(
    points.map(({ outcome }) => outcome.mostReplicas),
    [4, 2],
  );
});

test("answers of the gateway's own are named as what is not simulated", async () => {
  const placeholder = '  coldStart: { placeholder: { response: {} } }';
  const given = await scenario(manifest('concurrency: { targetValue: 2 }', placeholder), [1000]);
  const [keda] = await comparePolicies(given, { policies: ['keda'] });
  assert.match(
    keda?.notes.join() ?? '',
    /route default\/shop: answers of the gateway's own are not simulated/,
  );
});
