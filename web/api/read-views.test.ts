import assert from 'node:assert/strict';
import { test } from 'node:test';
import { citationFixture } from '../chat/citation-fixture.ts';
import { readConversation, readConversations } from '../conversations/read-conversations.ts';
import { readDocuments } from '../documents/read-documents.ts';

test('conversations: what is none is left out', () => {
  const good = { id: 'c', title: 'Depths' };
  assert.deepEqual(readConversations({ data: [good, 7, { id: 1 }] }), [good]);
  assert.deepEqual(readConversations('no'), []);
});

test('a conversation: turns with damaged citations are left out', () => {
  const turn = { id: 't', question: 'q', answer: 'a', state: 'answered', citations: [citationFixture()] };
  const got = readConversation({ id: 'c', title: '', turns: [turn, { ...turn, citations: [{}] }] });
  assert.deepEqual(got?.turns, [turn]);
  assert.equal(readConversation({ id: 'c' }), null);
});

test('documents: an unknown state is left out', () => {
  const good = { id: 'd', source: 'a.md', state: 'ready' };
  assert.deepEqual(readDocuments({ data: [good, { ...good, state: 'lost' }] }), [good]);
  assert.deepEqual(readDocuments({}), []);
});
