import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorStageOf } from './error-stage.ts';
import { keepConnection } from './kept-connection.ts';

const never = new AbortController().signal;

/** Connections that are counted. */
function counting(): { opened: number; closed: number; open: () => Promise<AsyncDisposable> } {
  const counts = {
    opened: 0,
    closed: 0,
    open: () => {
      counts.opened += 1;
      return Promise.resolve({
        [Symbol.asyncDispose]: () => {
          counts.closed += 1;
          return Promise.resolve();
        },
      });
    },
  };
  return counts;
}

test('a connection is kept, closed after an error, and opened again', async () => {
  const counts = counting();
  const connection = keepConnection({ what: 'the store', open: counts.open, secrets: ['geheim'] });
  assert.equal(await connection.ask(never, () => Promise.resolve(1)), 1);
  assert.equal(await connection.ask(never, () => Promise.resolve(2)), 2);
  assert.deepEqual([counts.opened, counts.closed], [1, 0]);
  const failed = connection.ask(never, () => Promise.reject(new Error('geheim is wrong')));
  await assert.rejects(failed, { code: 'upstream-failed', message: 'the store gave no value: *** is wrong' });
  assert.deepEqual([counts.opened, counts.closed], [1, 1]);
  await connection.ask(never, () => Promise.resolve(3));
  await connection[Symbol.asyncDispose]();
  assert.deepEqual([counts.opened, counts.closed], [2, 2]);
});

test('an error of connecting says so', async () => {
  const open = (): Promise<AsyncDisposable> => Promise.reject(new Error('nobody is there'));
  const connection = keepConnection({ what: 'the store', open, secrets: [] });
  await assert.rejects(
    connection.ask(never, () => Promise.resolve(1)),
    (error) => {
      assert.equal(errorStageOf(error), 'build');
      return true;
    },
  );
});

test('neither connecting nor asking outlasts its time or the signal', async () => {
  const forever = (): Promise<never> => new Promise(() => {});
  const slow = keepConnection({ what: 'the store', open: forever, openTimeoutMs: 5, secrets: [] });
  await assert.rejects(slow.ask(never, forever), /the store cannot be reached: no answer in time/);
  const { open } = counting();
  const silent = keepConnection({ what: 'the store', open, askTimeoutMs: 5, secrets: [] });
  await assert.rejects(silent.ask(never, forever), /the store gave no value: no answer in time/);
  const controller = new AbortController();
  const asked = keepConnection({ what: 'the store', open, secrets: [] }).ask(controller.signal, forever);
  controller.abort();
  await assert.rejects(asked, { code: 'cancelled' });
});

test('a connection that opens after nobody waits any more is closed', async () => {
  const counts = counting();
  const gate = Promise.withResolvers<void>();
  const open = async (): Promise<AsyncDisposable> => {
    await gate.promise;
    return counts.open();
  };
  const connection = keepConnection({ what: 'the store', open, openTimeoutMs: 5, secrets: [] });
  await assert.rejects(connection.ask(never, () => Promise.resolve(1)));
  gate.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([counts.opened, counts.closed], [1, 1]);
});
