import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { toTargetSpecs, type TargetSpec } from '../autoscaler/manifests/target-spec.ts';
import { manifestsToSimulate } from './manifests-to-simulate.ts';

const scaledObject = (target: string, trigger = cron): string => `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web }
spec:
  scaleTargetRef: ${target}
  minReplicaCount: 1
  triggers:
    - ${trigger}
---
`;
const cron =
  '{ type: cron, metadata: { timezone: UTC, start: 0 8 * * *, end: 0 18 * * *, desiredReplicas: "2" } }';
const workload = (kind: string): string => `apiVersion: apps/v1
kind: ${kind}
metadata: { name: web }
spec:
  template:
    metadata: { annotations: { sluice.dev/slots: "3" } }
    spec:
      containers:
        - { name: app, image: shop:1, envFrom: [{ secretRef: { name: absent } }] }
---
`;

async function simulated(
  text: string,
): Promise<{ readonly spec: TargetSpec | undefined; readonly notes: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-simulated-'));
  try {
    const file = join(folder, 'a.yaml');
    await writeFile(file, text);
    const { manifests, notes } = await manifestsToSimulate([file]);
    return { spec: toTargetSpecs(manifests)[0], notes };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('an image without a command and a Secret that only the cluster has are simulated', async () => {
  const { notes, spec } = await simulated(scaledObject('{ name: web }') + workload('Deployment'));
  assert.deepEqual([spec?.name, spec?.launch.slots, notes], ['web', 3, []]);
});

test('a StatefulSet among the files is the target', async () => {
  const { notes, spec } = await simulated(
    scaledObject('{ name: web, kind: StatefulSet }') + workload('StatefulSet'),
  );
  assert.deepEqual([spec?.name, spec?.launch.slots, notes], ['web', 3, []]);
});

test('a target that is not among the files is made up, and said to be', async () => {
  const cpu = '{ type: cpu, metricType: Utilization, metadata: { value: "60" } }';
  const { notes, spec } = await simulated(scaledObject('{ name: web }', cpu));
  assert.deepEqual([spec?.name, spec?.launch.slots], ['web', 10]);
  assert.deepEqual(notes, [
    'Deployment "web" is not among the files: 10 requests at once a replica and 30 s to finish are assumed.',
  ]);
});

test('what KEDA would refuse is refused', async () => {
  const text = scaledObject('{ name: web }').replace('minReplicaCount: 1', 'minReplicaCount: 200');
  await assert.rejects(simulated(text), /minReplicaCount: expected at most maxReplicaCount \(100\)/);
});
