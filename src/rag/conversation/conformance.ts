import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppError, ErrorCode } from '../../contract/app-error.ts';
import type { Principal } from '../../contract/principal.ts';
import type { ConversationStore, NewTurn } from './conversation-store.ts';

const ann: Principal = { tenant: 't', subject: 'ann' };
const bob: Principal = { tenant: 't', subject: 'bob' };
const annElsewhere: Principal = { tenant: 'u', subject: 'ann' };
const code = (wanted: ErrorCode) => (error: AppError) => error.code === wanted;

const turn = (turnId: string, conversationId: string | null, more: Partial<NewTurn> = {}): NewTurn => ({
  turnId,
  conversationId,
  newConversationId: `c-${turnId}`,
  collection: 'default',
  question: `Question ${turnId}?`,
  idempotencyKey: null,
  lease: { holder: 'r1', untilMs: 6000 },
  ...more,
});

/** The laws of every conversation store. @param open a fresh, empty store. */
export function conversationConformance(
  name: string,
  open: () => Promise<ConversationStore> | ConversationStore,
): void {
  const law = (sentence: string, run: (store: ConversationStore) => Promise<void>): void => {
    test(`${name}: ${sentence}`, async () => {
      await using store = await open();
      await run(store);
    });
  };

  law('a trace is kept beside its turn, for its owner, and goes with the conversation', async (store) => {
    const { conversation } = await store.begin(ann, turn('a', null), 1000);
    await assert.rejects(store.trace(ann, 'a'), code('not-found'));
    await store.advance('a', 'r1', { state: 'retrieving' }, 1001);
    await store.advance('a', 'r1', { state: 'generating' }, 1002);
    await store.advance('a', 'r1', { state: 'answered', answer: 'Yes.', trace: '{"a":1}' }, 1003);
    assert.equal(await store.trace(ann, 'a'), '{"a":1}');
    await assert.rejects(store.trace(bob, 'a'), code('not-found'));
    await assert.rejects(store.trace(annElsewhere, 'a'), code('not-found'));
    await store.remove(ann, conversation.id);
    await assert.rejects(store.trace(ann, 'a'), code('not-found'));
  });

  law('a question is stored as received before anything else, and titles its conversation', async (store) => {
    const { conversation, turn: stored, created, earlier } = await store.begin(ann, turn('a', null), 1000);
    assert.deepEqual([created, stored.state, stored.position, earlier.length], [true, 'received', 0, 0]);
    assert.equal(conversation.title, 'Question a?');
    const read = await store.read(ann, conversation.id, 1001);
    assert.deepEqual(
      read.turns.map(({ question, state }) => [question, state]),
      [['Question a?', 'received']],
    );
  });

  law('a turn goes received, retrieving, generating, answered, with what is known by then', async (store) => {
    const { conversation } = await store.begin(ann, turn('a', null), 0);
    await store.advance('a', 'r1', { state: 'retrieving' }, 1);
    await store.advance('a', 'r1', { state: 'generating', standaloneQuery: 'q' }, 2);
    await store.advance('a', 'r1', { state: 'answered', answer: 'Yes.', citations: [], grounded: true }, 3);
    const [read] = (await store.read(ann, conversation.id, 4)).turns;
    assert.deepEqual(
      [read?.state, read?.answer, read?.standaloneQuery, read?.grounded, read?.updatedAtMs],
      ['answered', 'Yes.', 'q', true, 3],
    );
  });

  law('illegal moves are refused', async (store) => {
    await store.begin(ann, turn('a', null), 0);
    await assert.rejects(store.advance('a', 'r1', { state: 'answered' }, 1), code('conflict'));
    await store.advance('a', 'r1', { state: 'failed', error: 'No.' }, 1);
    await assert.rejects(store.advance('a', 'r1', { state: 'generating' }, 2), code('conflict'));
  });

  law(
    'a turn whose lease ran out shows as interrupted and can be retried, under a new lease only',
    async (store) => {
      const { conversation } = await store.begin(ann, turn('a', null), 0);
      await store.advance('a', 'r1', { state: 'retrieving' }, 1);
      const lease = { holder: 'r2', untilMs: 13_000 };
      await assert.rejects(store.retry(ann, conversation.id, 'a', lease, 5999), code('conflict'));
      assert.equal((await store.read(ann, conversation.id, 6000)).turns[0]?.state, 'interrupted');
      const again = await store.retry(ann, conversation.id, 'a', lease, 7000);
      assert.deepEqual([again.turn.state, again.turn.question], ['received', 'Question a?']);
      await assert.rejects(store.advance('a', 'r1', { state: 'retrieving' }, 7001), code('conflict'));
      assert.equal(await store.renew('a', { holder: 'r1', untilMs: 99_000 }, 7002), false);
      await store.advance('a', 'r2', { state: 'retrieving' }, 7003);
    },
  );

  law('a renewed lease keeps the turn its own', async (store) => {
    const { conversation } = await store.begin(ann, turn('a', null), 0);
    assert.equal(await store.renew('a', { holder: 'r1', untilMs: 9000 }, 3000), true);
    assert.equal((await store.read(ann, conversation.id, 8000)).turns[0]?.state, 'received');
  });

  law('an answered turn cannot be retried, a failed and an abandoned one can', async (store) => {
    const { conversation } = await store.begin(ann, turn('a', null), 0);
    await store.advance('a', 'r1', { state: 'abandoned', answer: 'Half' }, 1);
    assert.equal((await store.read(ann, conversation.id, 2)).turns[0]?.answer, 'Half');
    await store.retry(ann, conversation.id, 'a', { holder: 'r2', untilMs: 100 }, 2);
    for (const state of ['retrieving', 'generating', 'answered'] as const)
      await store.advance('a', 'r2', { state }, 3);
    await assert.rejects(
      store.retry(ann, conversation.id, 'a', { holder: 'r2', untilMs: 100 }, 4),
      code('conflict'),
    );
  });

  law('the same idempotency key gives the same turn to the same principal', async (store) => {
    const first = await store.begin(ann, turn('a', null, { idempotencyKey: 'k' }), 0);
    const second = await store.begin(ann, turn('b', null, { idempotencyKey: 'k' }), 1);
    assert.deepEqual(
      [second.created, second.turn.id, second.conversation.id],
      [false, 'a', first.conversation.id],
    );
    assert.equal((await store.begin(bob, turn('c', null, { idempotencyKey: 'k' }), 2)).created, true);
    assert.equal((await store.list(ann, { limit: 10, after: null })).length, 1);
  });

  law('earlier turns come with the next one, in order', async (store) => {
    const { conversation } = await store.begin(ann, turn('a', null), 0);
    await store.begin(ann, turn('b', conversation.id), 1);
    const third = await store.begin(ann, turn('c', conversation.id), 2);
    assert.deepEqual(
      third.earlier.map(({ id }) => id),
      ['a', 'b'],
    );
    assert.equal(third.turn.position, 2);
  });

  law('what belongs to another subject or tenant does not exist', async (store) => {
    const { conversation } = await store.begin(ann, turn('a', null), 0);
    for (const other of [bob, annElsewhere]) {
      await assert.rejects(store.read(other, conversation.id, 1), code('not-found'));
      await assert.rejects(store.remove(other, conversation.id), code('not-found'));
      await assert.rejects(store.begin(other, turn('x', conversation.id), 1), code('not-found'));
      await assert.rejects(
        store.retry(other, conversation.id, 'a', { holder: 'r', untilMs: 1 }, 9999),
        code('not-found'),
      );
      assert.deepEqual(await store.list(other, { limit: 10, after: null }), []);
    }
  });

  law('pages run from the newest change to the oldest', async (store) => {
    for (const id of ['1', '2', '3']) await store.create(ann, { id, title: id, collection: 'default' }, 5);
    await store.begin(ann, turn('a', '1'), 6);
    const first = await store.list(ann, { limit: 2, after: null });
    assert.deepEqual(
      first.map(({ id }) => id),
      ['1', '3'],
    );
    const rest = await store.list(ann, { limit: 2, after: '3' });
    assert.deepEqual(
      rest.map(({ id }) => id),
      ['2'],
    );
    await assert.rejects(store.list(ann, { limit: 2, after: 'none' }), code('not-found'));
  });

  law('a deleted conversation is gone with its turns and keys', async (store) => {
    const { conversation } = await store.begin(ann, turn('a', null, { idempotencyKey: 'k' }), 0);
    await store.remove(ann, conversation.id);
    await assert.rejects(store.read(ann, conversation.id, 1), code('not-found'));
    await assert.rejects(store.advance('a', 'r1', { state: 'retrieving' }, 1), code('not-found'));
    assert.equal((await store.begin(ann, turn('b', null, { idempotencyKey: 'k' }), 2)).created, true);
  });

  law('an untitled conversation takes the title of its first question', async (store) => {
    await store.create(ann, { id: 'c', title: '', collection: 'manuals' }, 0);
    const { conversation } = await store.begin(ann, turn('a', 'c', { collection: 'other' }), 1);
    assert.deepEqual([conversation.title, conversation.collection], ['Question a?', 'manuals']);
  });
}
