import assert from 'node:assert/strict';
import { test } from 'node:test';
import { citationFixture } from './citation-fixture.ts';
import { isCitation, readChunk } from './read-chunk.ts';

const nothing = {
  text: '',
  conversationId: null,
  turnId: null,
  state: null,
  citation: null,
  details: null,
  finished: false,
  error: null,
};
const citation = citationFixture();
const details = { grounded: true, citations: [citation] };

const cases: { name: string; data: string; want: unknown }[] = [
  { name: 'the closing mark is no chunk', data: '[DONE]', want: null },
  {
    name: 'text of a delta',
    data: '{"choices":[{"delta":{"content":"Hi"},"finish_reason":null}]}',
    want: { ...nothing, text: 'Hi' },
  },
  {
    name: 'progress without text',
    data: '{"choices":[],"sluice":{"conversationId":"c","turnId":"t","state":"retrieving"}}',
    want: { ...nothing, conversationId: 'c', turnId: 't', state: 'retrieving' },
  },
  {
    name: 'an unknown state is ignored',
    data: '{"choices":[],"sluice":{"state":"dreaming"}}',
    want: nothing,
  },
  {
    name: 'a citation',
    data: JSON.stringify({ choices: [], sluice: { citation } }),
    want: { ...nothing, citation },
  },
  {
    name: 'a citation without its passage is ignored',
    data: '{"choices":[],"sluice":{"citation":{"number":1}}}',
    want: nothing,
  },
  {
    name: 'the last chunk',
    data: JSON.stringify({
      choices: [{ delta: {}, finish_reason: 'stop' }],
      sluice: { state: 'answered', details },
    }),
    want: { ...nothing, state: 'answered', details, finished: true },
  },
  {
    name: 'an error half-way',
    data: '{"error":{"message":"The model is gone."}}',
    want: { ...nothing, error: 'The model is gone.' },
  },
];

for (const { name, data, want } of cases) {
  test(`chunk: ${name}`, () => assert.deepEqual(readChunk(data), want));
}

test('a citation with a wrong field is none', () => {
  assert.equal(isCitation({ ...citation, answerStart: '0' }), false);
  assert.equal(isCitation({ ...citation, passage: { ...citation.passage, text: null } }), false);
});
