import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstReplicas } from './first-replicas.ts';
import { notPaused } from './scale-policy.ts';

const paused = { ...notPaused, paused: true };
const rows = [
  { name: 'keda: what the Deployment says', kind: 'keda', written: 3, want: 3 },
  { name: 'keda: none where it says nothing', kind: 'keda', want: 0 },
  { name: 'keda: the count before a restart wins', kind: 'keda', written: 3, kept: 5, want: 5 },
  { name: 'keda: also where that was zero', kind: 'keda', written: 3, kept: 0, want: 0 },
  { name: 'instant: none, whatever is written', kind: 'instant', written: 3, kept: 5, want: 0 },
  {
    name: 'paused: the count before a restart',
    kind: 'instant',
    pause: paused,
    written: 3,
    kept: 5,
    want: 5,
  },
  { name: 'paused: what the Deployment says', kind: 'instant', pause: paused, written: 3, want: 3 },
  { name: 'paused: one where it says nothing, as a cluster', kind: 'keda', pause: paused, want: 1 },
  {
    name: 'paused at a number: that is written by the first decision',
    kind: 'keda',
    pause: { ...paused, pausedReplicas: 2 },
    written: 9,
    want: 0,
  },
] as const;
for (const { name, kind, want, ...row } of rows) {
  const {
    pause = notPaused,
    written = null,
    kept = null,
  } = { pause: undefined, written: undefined, kept: undefined, ...row };
  test(`first count, ${name}`, () => {
    assert.equal(firstReplicas({ kind, pause }, written, kept), want);
  });
}
