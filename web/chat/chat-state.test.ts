import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatReducer, emptyChat, type ChatAction, type ChatState } from './chat-state.ts';
import { citationFixture } from './citation-fixture.ts';
import type { ChunkNews } from './read-chunk.ts';

const quiet: ChunkNews = {
  text: '',
  conversationId: null,
  turnId: null,
  state: null,
  citation: null,
  details: null,
  finished: false,
  error: null,
};
const key = 'k1';
const asked: ChatAction = { type: 'asked', key, question: 'How deep is Elder Lock?' };
const accepted: ChatAction = { type: 'accepted', key, heldMs: 140, coldStart: true };
const news = (part: Partial<ChunkNews>): ChatAction => ({ type: 'news', key, news: { ...quiet, ...part } });
const play = (...actions: ChatAction[]): ChatState => actions.reduce(chatReducer, emptyChat);

test('a question is shown at once, then held, received, found, written, answered', () => {
  const first = citationFixture({ number: 1 });
  const story: [ChatAction, Partial<ChatState['turns'][number]>][] = [
    [asked, { state: 'sending', id: null }],
    [accepted, { state: 'received', heldMs: 140, coldStart: true }],
    [news({ state: 'retrieving', turnId: 't1', conversationId: 'c1' }), { state: 'retrieving', id: 't1' }],
    [news({ text: 'It is ', state: 'generating' }), { state: 'generating', answer: 'It is ' }],
    [news({ text: '1.89 m.', citation: first }), { answer: 'It is 1.89 m.', citations: [first] }],
    [news({ finished: true, state: 'answered' }), { state: 'answered' }],
    [{ type: 'ended', key }, { state: 'answered' }],
  ];
  let chat = emptyChat;
  for (const [action, want] of story) {
    chat = chatReducer(chat, action);
    assert.deepEqual({ ...chat.turns[0], ...want }, chat.turns[0], `after ${action.type}`);
  }
  assert.equal(chat.conversationId, 'c1');
  assert.equal(chat.runningKey, null);
});

const endings: { name: string; actions: ChatAction[]; want: { state: string; error: string | null } }[] = [
  {
    name: 'a stream that closes half-way is interrupted',
    actions: [asked, accepted, news({ text: 'It' }), { type: 'ended', key }],
    want: { state: 'interrupted', error: null },
  },
  {
    name: 'stopping keeps what was written',
    actions: [asked, accepted, news({ text: 'It' }), { type: 'stopped', key }],
    want: { state: 'abandoned', error: null },
  },
  {
    name: 'a refused request shows the sentence of the server',
    actions: [asked, { type: 'failed', key, message: 'No replica became ready.' }],
    want: { state: 'failed', error: 'No replica became ready.' },
  },
  {
    name: 'an error on the stream stays an error when the stream closes',
    actions: [asked, accepted, news({ error: 'The model is gone.' }), { type: 'ended', key }],
    want: { state: 'failed', error: 'The model is gone.' },
  },
  {
    name: 'a finish without a state is an answer',
    actions: [asked, accepted, news({ finished: true }), { type: 'ended', key }],
    want: { state: 'answered', error: null },
  },
];

for (const { name, actions, want } of endings) {
  test(`chat: ${name}`, () => {
    const chat = play(...actions);
    assert.deepEqual({ state: chat.turns[0]?.state, error: chat.turns[0]?.error }, want);
    assert.equal(chat.runningKey, null);
  });
}

test('chat: a citation that is sent again replaces the first', () => {
  const early = citationFixture({ number: 1, verified: false });
  const checked = citationFixture({ number: 1, verified: true });
  const chat = play(asked, news({ citation: early }), news({ citation: checked }));
  assert.deepEqual(chat.turns[0]?.citations, [checked]);
});

test('chat: details at the end count over citations on the way', () => {
  const details = {
    conversationId: 'c',
    turnId: 't',
    standaloneQuery: '',
    generation: 1,
    grounded: false,
    citations: [],
  };
  const chat = play(asked, news({ citation: citationFixture() }), news({ details, finished: true }));
  assert.deepEqual(chat.turns[0]?.citations, []);
  assert.equal(chat.turns[0]?.grounded, false);
});

test('chat: news of a turn that is no longer shown change nothing', () => {
  assert.deepEqual(play({ type: 'begun-anew' }, news({ text: 'late', conversationId: 'c9' })), emptyChat);
});

test('chat: a retried turn begins anew and keeps its id', () => {
  const chat = play(
    asked,
    news({ turnId: 't1', text: 'It' }),
    { type: 'ended', key },
    { type: 'retried', key },
  );
  assert.deepEqual([chat.turns[0]?.id, chat.turns[0]?.state, chat.turns[0]?.answer], ['t1', 'sending', '']);
  assert.equal(chat.runningKey, key);
});
