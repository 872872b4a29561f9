// Policy keda over real processes: the prometheus trigger, answered by the embedded store, takes the replica through
// 0 -> 1 (activation), 1 -> 2 (the HPA's sync) and back to 0 (cooldown), as a cluster would.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coldStartHeader } from '../../src/contract/headers.ts';
import { eventually, startSluice } from '../support/sluice-process.ts';
import { targetStatus, untilStatus } from './support/api.ts';
import { quickManifest } from './support/quick-manifest.ts';
import { visitors } from './support/visitors.ts';

test('policy keda: requests activate, their rate scales, silence brings zero', async () => {
  const manifest = quickManifest()
    .replace('maxReplicaCount: 2', 'pollingInterval: 1\n  maxReplicaCount: 2')
    .replace('[2m]', '[6s]')
    .replace('threshold: "5"', 'threshold: "2"')
    .replace('activationThreshold: "1"', 'activationThreshold: "0.05"');
  await using sluice = await startSluice({
    manifest,
    args: ['--policy', 'keda', ...visitors],
    env: { SLUICE_AUTOSCALER_SCRAPE_INTERVAL_MS: '500' },
  });
  const get = async (): Promise<Response> => {
    const response = await fetch(`${sluice.url}/v1/models`);
    await response.arrayBuffer();
    return response;
  };
  const idle = await untilStatus(
    sluice.adminUrl,
    'the trigger to be read',
    ({ triggers }) => triggers[0]?.value === 0,
  );
  assert.equal(idle.policy, 'keda');
  assert.deepEqual(idle.triggers[0]?.error, null);
  assert.equal(idle.triggers[0]?.active, false);
  assert.deepEqual(idle.replicas, []);

  const first = await get();
  assert.equal(first.status, 200);
  assert.equal(first.headers.get(coldStartHeader), 'true', 'held until the trigger was active');

  const scaled = await eventually('the rate to ask for two replicas', async () => {
    await Promise.all([get(), get(), get()]);
    const status = await targetStatus(sluice.adminUrl);
    return status.desiredReplicas === 2 && status;
  });
  const [trigger] = scaled.triggers;
  assert.ok((trigger?.value ?? 0) > (trigger?.threshold ?? Infinity), JSON.stringify(trigger));

  const zero = await untilStatus(
    sluice.adminUrl,
    'silence to bring zero',
    ({ replicas, desiredReplicas }) => replicas.length === 0 && desiredReplicas === 0,
  );
  assert.equal(zero.triggers[0]?.active, false);
  assert.match(zero.lastDecision?.explanation ?? '', /\S/);
});
