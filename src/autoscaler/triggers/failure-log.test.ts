import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLogger, type LogEvent } from '../../platform/logger.ts';
import { createFailureLog } from './failure-log.ts';
import type { TriggerEntry } from './trigger-entries.ts';

test('a failing trigger is said once for each reason, and once more when it answers again', () => {
  const said: string[] = [];
  const says = (level: string) => (event: LogEvent) => void said.push(`${level} ${event.event}`);
  const log = createFailureLog(
    { ...silentLogger, debug: says('debug'), info: says('info'), warn: says('warn') },
    'web',
  );
  const entry: Pick<TriggerEntry, 'index' | 'spec'> = {
    index: 0,
    spec: {
      type: 'redis',
      name: null,
      metadata: {},
      metricType: null,
      useCachedMetrics: false,
      authenticationRef: null,
    },
  };
  // Nothing else of an entry is looked at.
  const failing = entry as TriggerEntry;
  log.answered(failing);
  log.failed(failing, 'trigger-failed', new Error('no route'));
  log.failed(failing, 'trigger-failed', new Error('no route'));
  log.failed(failing, 'triggers-not-built', new Error('no route'));
  log.failed(failing, 'triggers-not-built', new Error('refused'));
  log.answered(failing);
  log.answered(failing);
  log.failed(failing, 'triggers-not-built', new Error('refused'));
  assert.deepEqual(said, [
    'warn trigger-failed',
    'debug trigger-failed',
    'warn triggers-not-built',
    'warn triggers-not-built',
    'info trigger-answers-again',
    'warn triggers-not-built',
  ]);
});
