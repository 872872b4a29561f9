import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busyReplica, idleReplica } from '../decision-fixture.ts';
import type { ReplicaLoad } from '../load-snapshot.ts';
import { chooseVictims } from './choose-victims.ts';

const starting: ReplicaLoad = { id: 's', state: 'starting', inFlight: 0, idleSinceMs: null };
const draining: ReplicaLoad = { id: 'd', state: 'draining', inFlight: 0, idleSinceMs: 1 };

const rows = [
  {
    name: 'the longest idle first',
    replicas: [idleReplica('a', 300), idleReplica('b', 100), idleReplica('c', 200)],
    count: 2,
    want: ['b', 'c'],
  },
  { name: 'never a busy one', replicas: [busyReplica('a'), idleReplica('b', 100)], count: 2, want: ['b'] },
  {
    name: 'never one that drains already',
    replicas: [draining, idleReplica('b', 100)],
    count: 2,
    want: ['b'],
  },
  {
    name: 'a starting one only when idle ones do not suffice',
    replicas: [starting, idleReplica('b', 100)],
    count: 1,
    want: ['b'],
  },
  {
    name: 'a starting one when needed',
    replicas: [starting, idleReplica('b', 100)],
    count: 2,
    want: ['b', 's'],
  },
  {
    name: 'one whose start has not begun before all others',
    replicas: [idleReplica('a', 100), starting, { ...starting, id: 'w', isWaiting: true as const }],
    count: 1,
    want: ['w'],
  },
  { name: 'ties by id', replicas: [idleReplica('b', 100), idleReplica('a', 100)], count: 1, want: ['a'] },
  { name: 'none for zero', replicas: [idleReplica('a', 100)], count: 0, want: [] },
  { name: 'none for less than zero', replicas: [idleReplica('a', 100)], count: -2, want: [] },
];
for (const { name, replicas, count, want } of rows) {
  test(`victims: ${name}`, () => assert.deepEqual(chooseVictims(replicas, count), want));
}
