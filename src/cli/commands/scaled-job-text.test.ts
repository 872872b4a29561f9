import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScaledJobStatus } from '../../contract/scaling.ts';
import { scaledJobText } from './scaled-job-text.ts';

const job = (
  name: string,
  more: Partial<ScaledJobStatus['jobs'][number]>,
): ScaledJobStatus['jobs'][number] => ({
  name,
  state: 'running',
  pid: null,
  tries: 1,
  startedAtMs: 1000,
  finishedAtMs: null,
  message: null,
  ...more,
});

test('a ScaledJob in words: counts, the last decision, what runs before what is over', () => {
  const text = scaledJobText({
    scaledJob: 'resize',
    maxReplicas: 4,
    jobs: [
      job('resize-4', { state: 'pending', startedAtMs: null }),
      job('resize-3', { state: 'succeeded', finishedAtMs: 2000, message: '"sh" exited with code 0.' }),
      job('resize-2', { state: 'failed', finishedAtMs: 2000, tries: 2, message: '"sh" exited with code 3.' }),
      job('resize-1', { pid: 17 }),
    ],
    lastDecision: { atMs: 1000, create: 1, reason: 'load', explanation: 'The queues hold 3.' },
  });
  assert.deepEqual(
    text.split('\n').map((line) => line.replaceAll(/\d\d:\d\d:\d\d/g, 'TIME')),
    [
      'resize: 1 running, 1 pending, 1 succeeded, 1 failed; at most 4 at once',
      'TIME: load',
      '  The queues hold 3.',
      '',
      '  resize-4 pending: waits for room',
      '  resize-1 running: started TIME, process 17',
      '  resize-3 succeeded: started TIME, ended TIME. "sh" exited with code 0.',
      '  resize-2 failed: started TIME, ended TIME, try 2. "sh" exited with code 3.',
    ],
  );
});

test('a ScaledJob that has not done anything yet says so', () => {
  const text = scaledJobText({ scaledJob: 'resize', maxReplicas: 100, jobs: [], lastDecision: null });
  assert.equal(text, 'resize: no jobs; at most 100 at once');
});
