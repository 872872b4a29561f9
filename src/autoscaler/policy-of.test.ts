import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceConfig } from '../contract/config.ts';
import { defaultInstantOptions } from './decision/scale-policy.ts';
import { builtInManifest } from './manifests/built-in.ts';
import { parseManifests } from './manifests/parse-manifests.ts';
import { policyOf } from './policy-of.ts';

test('what is simulated without settings is what runs without settings', () => {
  const { extraReplicaIdleMs } = SluiceConfig.parse({}).autoscaler;
  assert.equal(defaultInstantOptions.extraIdleMs, extraReplicaIdleMs);
});

test('a tolerance is a quantity of Kubernetes', async () => {
  const { scaledObjects } = await parseManifests([{ file: 'a.yaml', text: builtInManifest }]);
  const [object] = scaledObjects;
  assert.ok(object);
  const behavior = { scaleUp: { tolerance: '50m' }, scaleDown: { tolerance: 0.2 } };
  const { hpa } = policyOf({ ...object, behavior }, 'keda');
  assert.deepEqual([hpa.behavior?.scaleUp?.tolerance, hpa.behavior?.scaleDown?.tolerance], [0.05, 0.2]);
});
