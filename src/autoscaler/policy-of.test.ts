import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SluiceConfig } from '../contract/config.ts';
import { defaultInstantOptions } from './decision/scale-policy.ts';

test('what is simulated without settings is what runs without settings', () => {
  const { extraReplicaIdleMs } = SluiceConfig.parse({}).autoscaler;
  assert.equal(defaultInstantOptions.extraIdleMs, extraReplicaIdleMs);
});
