import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseAnnotations } from './pause-annotations.ts';

const key = (name: string): string => `autoscaling.keda.sh/${name}`;

const rows = [
  { name: 'nothing', annotations: {}, paused: false, pausedReplicas: null },
  { name: 'paused true', annotations: { [key('paused')]: 'true' }, paused: true, pausedReplicas: null },
  { name: 'paused false', annotations: { [key('paused')]: 'F' }, paused: false, pausedReplicas: null },
  {
    name: 'a word that is no boolean pauses',
    annotations: { [key('paused')]: 'no' },
    paused: true,
    pausedReplicas: null,
  },
  { name: 'an empty text pauses', annotations: { [key('paused')]: '' }, paused: true, pausedReplicas: null },
  {
    name: 'paused-replicas wins over paused false',
    annotations: { [key('paused')]: 'false', [key('paused-replicas')]: '4' },
    paused: true,
    pausedReplicas: 4,
  },
  {
    name: 'a paused-replicas that is no number',
    annotations: { [key('paused-replicas')]: 'four' },
    paused: true,
    pausedReplicas: null,
    error: /received "four"/,
  },
  {
    name: 'a paused-replicas beyond 32 bits',
    annotations: { [key('paused-replicas')]: '2147483648' },
    paused: true,
    pausedReplicas: null,
    error: /whole number/,
  },
];

for (const { name, annotations, paused, pausedReplicas, error } of rows) {
  test(`pause annotations: ${name}`, () => {
    const got = pauseAnnotations(annotations);
    assert.equal(got.pause.paused, paused);
    assert.equal(got.pause.pausedReplicas, pausedReplicas);
    if (error === undefined) assert.equal(got.error, null);
    else assert.match(got.error ?? '', error);
  });
}

test('pause annotations: the one-sided switches are separate', () => {
  const { pause } = pauseAnnotations({ [key('paused-scale-in')]: '1', [key('force-activation')]: 't' });
  assert.deepEqual(pause, {
    paused: false,
    pausedReplicas: null,
    scaleInPaused: true,
    scaleOutPaused: false,
    forceActivation: true,
  });
});
