import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ChatRequest } from '../../contract/chat.ts';
import { checkedChatRequest } from './checked-chat-request.ts';

// Values that fit, that nearly fit and that do not, for every field of a request.
const anything = fc.oneof(
  fc.constantFrom(null, undefined, true, 0, 1.5, '', 'user', 'x'.repeat(129), [], {}),
  fc.string(),
);
const message = fc.record(
  {
    role: fc.oneof(fc.constantFrom('user', 'assistant', 'system', 'tool'), anything),
    content: fc.oneof(fc.string(), anything, fc.constant([{ type: 'text', text: 'a' }])),
    name: fc.string(),
  },
  { requiredKeys: [] },
);
const body = fc.record(
  {
    model: fc.oneof(fc.string(), anything),
    messages: fc.oneof(fc.array(message, { maxLength: 3 }), anything),
    stream: fc.oneof(fc.boolean(), anything),
    stream_options: fc.oneof(fc.record({ include_usage: fc.oneof(fc.boolean(), anything) }), anything),
    temperature: fc.oneof(fc.double({ min: 0, max: 2, noNaN: true }), anything),
    conversation_id: anything,
    collection: anything,
    __proto__: anything,
    unknown: anything,
  },
  { requiredKeys: [] },
);

/** The fields that anybody reads. */
const read = (request: ChatRequest): unknown => [
  request.messages.map(({ role, content }) => ({ role, content })),
  request.stream,
  request.stream_options?.include_usage,
  request.conversation_id,
  request.collection,
];

test('accepts and refuses exactly what the schema does', async () => {
  await fc.assert(
    fc.asyncProperty(body, async (asked) => {
      const bySchema = ChatRequest.safeParse(asked);
      const taken = await checkedChatRequest(asked).catch(() => null);
      assert.equal(taken !== null, bySchema.success);
      if (taken && bySchema.success) assert.deepEqual(read(taken), read(bySchema.data));
    }),
    { numRuns: 500 },
  );
});

test('a body with a key named as what every object has is judged by the schema', async () => {
  for (const key of ['__proto__', 'constructor', 'toString']) {
    const asked: unknown = JSON.parse(`{ "messages": [{ "role": "user", "content": "Hi" }], "${key}": "x" }`);
    assert.equal((await checkedChatRequest(asked)).messages.length, 1, key);
  }
  await assert.rejects(checkedChatRequest({ messages: [] }), /messages: .*received \[\]/u);
});
