// A gate that holds nobody: the first request is refused, and wakes a replica for whoever asks again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startSluice } from '../support/sluice-process.ts';
import { targetStatus, untilZero } from './support/api.ts';
import { quickManifest } from './support/quick-manifest.ts';
import { visitors } from './support/visitors.ts';

test('with no place to wait, a refused request wakes a replica', async () => {
  await using sluice = await startSluice({
    manifest: quickManifest(),
    args: visitors,
    env: { SLUICE_GATEWAY_MAX_PENDING: '0' },
  });
  for (const round of ['first', 'after zero']) {
    await untilZero(sluice.adminUrl);
    const refused = await fetch(`${sluice.url}/v1/models`);
    assert.equal(refused.status, 503, round);
    await refused.arrayBuffer();
    assert.equal((await targetStatus(sluice.adminUrl)).desiredReplicas, 1, 'decided with the refusal');
    await eventually('a second try to be answered', async () => {
      const response = await fetch(`${sluice.url}/v1/models`);
      await response.arrayBuffer();
      return response.status === 200;
    });
  }
});
