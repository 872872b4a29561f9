import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idleReport, triggerSpec } from '../../src/autoscaler/triggers/conformance.ts';
import { createTriggerSet } from '../../src/autoscaler/triggers/trigger-set.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { startRedisServer } from '../support/servers/redis-server.ts';
import { freePort, serverOrSkip } from '../support/servers/server-process.ts';
import { never } from './trigger-reader.ts';

const redis = await serverOrSkip('freeze trap', 'redis-server', ['redis-server', 'redis-cli'], () =>
  startRedisServer(),
);
if (redis) {
  test('an outage: first an error of asking, then errors of building, then values again', async () => {
    const port = await freePort();
    const first = await startRedisServer({ port });
    await using triggers = await createTriggerSet({
      spec: {
        name: 'web',
        triggerEnvironment: {},
        scaledObject: {
          name: 'web',
          namespace: 'default',
          scalingModifiers: null,
          source: { file: 'manifest.yaml', line: 1 },
          triggers: [
            triggerSpec('redis', { address: `127.0.0.1:${port}`, listName: 'jobs' }),
            triggerSpec('redis', { address: redis.address, listName: 'jobs' }),
          ],
        },
      },
      manifests: { configMaps: [], triggerAuthentications: [] },
      clock: systemClock,
      logger: silentLogger,
      load: () => idleReport,
      query: () => Promise.resolve([]),
      unsupported: 'refuse',
      rebuild: 'scaled-object',
    });
    const check = async (): Promise<unknown> => {
      const readings = await triggers.read(never, { by: 'poll', isUnanswered: () => true });
      return readings.map(({ error, errorStage, value }) =>
        error === null ? value : (errorStage ?? 'fetch'),
      );
    };
    assert.deepEqual(await check(), [0, 0]);
    await first[Symbol.asyncDispose]();
    // It was connected: asking fails, and the silent second try cannot connect. Fallback counts this.
    assert.deepEqual(await check(), ['fetch', 0]);
    // From now on it cannot be built: the whole object is held up, and the healthy server is not asked either.
    assert.deepEqual(await check(), ['build', 'unbuilt']);
    await using _again = await startRedisServer({ port });
    assert.deepEqual(await check(), [0, 0]);
  });
}
