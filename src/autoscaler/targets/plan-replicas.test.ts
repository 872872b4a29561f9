import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planReplicas, type PlannedReplica, type ReplicaPlan } from './plan-replicas.ts';

const replicas = (text: string): PlannedReplica[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [id = '', state = 'ready'] = word.split(':');
      return {
        id,
        state: (state === 'gone' ? 'draining' : state) as PlannedReplica['state'],
        revivable: state === 'draining',
      };
    });

const cases: readonly {
  name: string;
  have: string;
  desired: number;
  victims?: string[];
  want: ReplicaPlan;
}[] = [
  { name: 'from nothing', have: '', desired: 2, want: { revive: [], start: 2, stop: [] } },
  { name: 'enough already', have: 'a b', desired: 2, want: { revive: [], start: 0, stop: [] } },
  {
    name: 'draining ones do not count',
    have: 'a:gone',
    desired: 1,
    want: { revive: [], start: 1, stop: [] },
  },
  {
    name: 'draining ones are taken back before new ones start, the youngest first',
    have: 'a:draining b:draining c',
    desired: 2,
    want: { revive: ['b'], start: 0, stop: [] },
  },
  {
    name: 'victims first, in their order, and no more than needed',
    have: 'a b c d',
    desired: 2,
    victims: ['c', 'a', 'b'],
    want: { revive: [], start: 0, stop: ['c', 'a'] },
  },
  {
    name: 'then failed, starting and the youngest ready',
    have: 'a b c:starting d:failed',
    desired: 1,
    want: { revive: [], start: 0, stop: ['d', 'c', 'b'] },
  },
  {
    name: 'a victim that is unknown or draining already is ignored',
    have: 'a b:gone c',
    desired: 1,
    victims: ['b', 'x'],
    want: { revive: [], start: 0, stop: ['c'] },
  },
];

for (const { name, have, desired, victims = [], want } of cases) {
  test(name, () => assert.deepEqual(planReplicas(replicas(have), desired, victims), want));
}
