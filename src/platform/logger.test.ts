import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger, terminalLine } from './logger.ts';

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

const lines: readonly { name: string; line: string; want: string }[] = [
  {
    name: 'an event is short',
    line: '{"time":"2026-01-02T03:04:05.678Z","level":"info","process":"up","target":"a","event":"replica-ready","replica":"a-1","tookMs":185}',
    want: '03:04:05 replica-ready a a-1  tookMs=185\n',
  },
  {
    name: 'trouble is marked, and an error says its message',
    line: '{"time":"2026-01-02T03:04:05.678Z","level":"warn","event":"x-failed","error":{"name":"E","message":"why","stack":"…"}}',
    want: '03:04:05 WARN x-failed   error=why\n',
  },
  {
    name: 'what is no event stays as it is',
    line: 'Serving HTTP on port 1\n',
    want: 'Serving HTTP on port 1\n',
  },
];
for (const { name, line, want } of lines) {
  test(`on a terminal ${name}`, () => assert.equal(terminalLine(line), want));
}
