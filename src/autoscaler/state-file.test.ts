import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { silentLogger } from '../platform/logger.ts';
import { createVirtualClock } from '../platform/virtual-clock.ts';
import { createDecisionState, type DecisionState } from './decision/decision-state.ts';
import { createStateFile } from './state-file.ts';

test('a restart keeps activity, health and counts, and forgets what the HPA remembered', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-kept-'));
  const clock = createVirtualClock(1_800_000_000_000);
  const open = () => createStateFile(folder, 'web', clock, silentLogger);
  const nowMs = clock.now();
  const state: DecisionState = {
    ...createDecisionState(nowMs - 60_000),
    lastActiveMs: nowMs - 5000,
    originalReplicas: 2,
    pausedReplicas: 7,
    health: { 's0-redis': { numberOfFailures: 3, status: 'Failing' } },
    hpa: {
      recommendations: [{ replicas: 3, atMs: nowMs }],
      scaleUpEvents: [{ replicaChange: 1, atMs: nowMs, outdated: false }],
      scaleDownEvents: [],
    },
  };
  const first = open();
  assert.deepEqual(await first.load(), { state: createDecisionState(nowMs), replicas: null });
  first.keep(state, 4);
  await first[Symbol.asyncDispose]();

  const kept = await open().load();
  assert.equal(kept.replicas, 4);
  assert.deepEqual(kept.state, {
    ...state,
    pausedReplicas: null,
    hpa: { recommendations: null, scaleUpEvents: [], scaleDownEvents: [] },
  });
  await rm(folder, { recursive: true });
});
