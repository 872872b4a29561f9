import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from './logger.ts';

test('an event is one JSON line with time, level and the fields of its logger', () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', write: (line) => lines.push(line), now: () => 0 }).child({
    target: 'a',
  });
  logger.debug({ event: 'not-written' });
  logger.warn({ event: 'replica-failed', error: new Error('outer', { cause: new Error('inner') }) });
  assert.equal(lines.length, 1);
  const line = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  assert.equal(line['time'], '1970-01-01T00:00:00.000Z');
  assert.equal(line['level'], 'warn');
  assert.equal(line['target'], 'a');
  const error = line['error'] as { message: string; cause: { message: string } };
  assert.equal(error.message, 'outer');
  assert.equal(error.cause.message, 'inner');
});
