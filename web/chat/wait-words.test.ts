import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplicaView, TargetStatus } from '../../src/contract/scaling.ts';
import { messages } from '../language/messages.ts';
import { emptyLive, type LiveState } from '../scaling/scaling-state.ts';
import { waitWords } from './wait-words.ts';

const { en } = messages;
const live = (states: readonly ReplicaView['state'][], pending: number): LiveState => {
  const replicas = states.map((state, index) => ({
    id: `r${index}`,
    state,
    pid: null,
    inFlight: 0,
    startedAtMs: 0,
    readyAtMs: null,
    restarts: 0,
  }));
  const target: TargetStatus = {
    target: 'sluice-replica',
    policy: 'instant',
    minReplicas: 0,
    maxReplicas: 4,
    desiredReplicas: replicas.length,
    replicas,
    pending,
    inFlight: 0,
    arrivals: 0,
    cooldownEndsAtMs: null,
    triggers: [],
    lastDecision: null,
  };
  return { ...emptyLive, link: 'live', targets: [target] };
};

const cases = [
  { name: 'nobody is awake', state: 'sending', live: live([], 1), want: en.waking },
  { name: 'one is starting', state: 'sending', live: live(['starting'], 1), want: en.waking },
  { name: 'all are busy', state: 'sending', live: live(['ready'], 2), want: en.queued },
  { name: 'one is free', state: 'sending', live: live(['ready'], 0), want: en.sending },
  {
    name: 'the live view is lost: nothing is claimed',
    state: 'sending',
    live: { ...live([], 1), link: 'lost' },
    want: en.sending,
  },
  { name: 'received by a replica', state: 'received', live: emptyLive, want: en.retrieving },
  { name: 'writing', state: 'generating', live: emptyLive, want: en.generating },
] as const;
for (const { name, state, live, want } of cases) {
  test(`wait: ${name}`, () => assert.equal(waitWords({ state }, live, en), want));
}
