import { createSseParser } from './sse-parse.ts';
import { readChunk, type ChunkNews } from './read-chunk.ts';

/** What a streamed answer says, piece by piece, as it arrives. Ends when the stream does. */
export async function* streamAnswer(body: ReadableStream<Uint8Array>): AsyncGenerator<ChunkNews> {
  const parser = createSseParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const { data } of parser.push(decoder.decode(value, { stream: true }))) {
        const news = readChunk(data);
        if (news) yield news;
      }
    }
  } finally {
    // Leaving early tells the server that nobody reads any more.
    void reader.cancel().catch(() => {});
  }
}
