import assert from 'node:assert/strict';
import * as z from 'zod';
import { createSseParser } from '../../../src/rag/generation/sse.ts';

const Chunk = z.looseObject({
  choices: z.array(z.looseObject({ delta: z.looseObject({ content: z.string().optional() }) })).optional(),
  sluice: z.looseObject({ conversationId: z.string(), turnId: z.string() }).optional(),
  error: z.unknown().optional(),
});

/** A streamed answer, read as it comes. */
export interface OpenStream {
  /** The answer's text so far. */
  text(): string;
  /** Conversation and turn, as the first chunks tell them. */
  place(): { readonly conversationId: string; readonly turnId: string };
  /** `done`: the end was announced. `error`: what broke the connection, or the error event that ended the answer. */
  readonly ended: Promise<{ readonly done: boolean; readonly error: unknown }>;
}

/** Posts `body` and reads the server-sent events of the answer. */
export async function openStream(url: string, body: unknown): Promise<OpenStream> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  let text = '';
  let place: { conversationId: string; turnId: string } | null = null;
  const read = async (): Promise<{ done: boolean; error: unknown }> => {
    const parse = createSseParser();
    const decoder = new TextDecoder();
    let done = false;
    let error: unknown = null;
    try {
      for await (const piece of response.body ?? []) {
        for (const { data } of parse(decoder.decode(piece, { stream: true }))) {
          if (data === '[DONE]') {
            done = true;
            continue;
          }
          const chunk = Chunk.parse(JSON.parse(data));
          text += chunk.choices?.[0]?.delta.content ?? '';
          place ??= chunk.sluice ?? null;
          error ??= chunk.error ?? null;
        }
      }
    } catch (thrown) {
      error = thrown;
    }
    return { done, error };
  };
  const ended = read();
  return {
    text: () => text,
    place: () => {
      assert.ok(place, 'the answer tells its conversation and turn');
      return place;
    },
    ended,
  };
}
