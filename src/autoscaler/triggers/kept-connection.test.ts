import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../contract/app-error.ts';
import { errorStageOf } from './error-stage.ts';
import { keepConnection } from './kept-connection.ts';

interface Fake extends AsyncDisposable {
  readonly id: number;
}

/** Connections are opened one by one, by hand. */
function begin() {
  const closed: number[] = [];
  const opening: (() => void)[] = [];
  const kept = keepConnection<Fake>({
    what: 'the fake',
    secrets: [],
    open: () =>
      new Promise((resolve) => {
        const id = opening.length;
        const client: Fake = {
          id,
          [Symbol.asyncDispose]: () => {
            closed.push(id);
            return Promise.resolve();
          },
        };
        opening.push(() => resolve(client));
      }),
  });
  return { closed, kept, opening, signal: new AbortController().signal };
}

test('two questions at the same moment share a connection, and the other one is closed', async () => {
  const { closed, kept, opening, signal } = begin();
  const answers = [1, 2].map(() => kept.ask(signal, ({ id }) => Promise.resolve(id)));
  assert.equal(opening.length, 2);
  opening[1]?.();
  opening[0]?.();
  assert.deepEqual(await Promise.all(answers), [1, 1]);
  assert.deepEqual(closed, [0]);
  assert.equal(await kept.ask(signal, ({ id }) => Promise.resolve(id)), 1);
  await kept[Symbol.asyncDispose]();
  assert.deepEqual(closed, [0, 1]);
});

test('a question that fails throws its own connection away, not a newer one', async () => {
  const { closed, kept, opening, signal } = begin();
  const late = Promise.withResolvers<number>();
  const first = kept.ask(signal, () => late.promise);
  opening[0]?.();
  await new Promise((resolve) => setImmediate(resolve));
  const second = kept.ask(signal, () => Promise.reject(new Error('gone')));
  await assert.rejects(second, /the fake gave no value: gone/);
  assert.deepEqual(closed, [0]);
  const third = kept.ask(signal, ({ id }) => Promise.resolve(id));
  opening[1]?.();
  assert.equal(await third, 1);
  late.reject(new Error('closed under me'));
  await assert.rejects(first, /closed under me/);
  assert.equal(await kept.ask(signal, ({ id }) => Promise.resolve(id)), 1, 'the newer one is still there');
  await kept[Symbol.asyncDispose]();
  assert.deepEqual(closed, [0, 0, 1]);
});

test('connecting opens what the next question uses, and nothing while there is a connection', async () => {
  const { closed, kept, opening, signal } = begin();
  const connecting = kept.connect(signal);
  opening[0]?.();
  await connecting;
  await kept.connect(signal);
  assert.equal(await kept.ask(signal, ({ id }) => Promise.resolve(id)), 0);
  assert.equal(opening.length, 1);
  await kept[Symbol.asyncDispose]();
  await kept[Symbol.asyncDispose]();
  assert.deepEqual(closed, [0]);
});

test('connecting to nobody is an error of building', async () => {
  await using kept = keepConnection<Fake>({
    what: 'the fake',
    secrets: [],
    open: () => Promise.reject(new Error('refused')),
  });
  await assert.rejects(kept.connect(new AbortController().signal), (error) => {
    assert.equal(errorStageOf(error), 'build');
    return true;
  });
});

test("a driver's own error keeps its code, and loses a secret that the server repeated", async () => {
  await using kept = keepConnection<Fake>({
    what: 'the fake',
    secrets: ['hunter2'],
    open: () => Promise.resolve({ id: 0, [Symbol.asyncDispose]: () => Promise.resolve() }),
  });
  const asked = kept.ask(new AbortController().signal, () =>
    Promise.reject(new AppError('unauthenticated', 'refused: hunter2')),
  );
  await assert.rejects(asked, { code: 'unauthenticated', message: 'refused: ***' });
});
