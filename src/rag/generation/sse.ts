/** One server-sent event. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface SseEvent {
  /** `message` unless named. */
  readonly event: string;
  readonly data: string;
  readonly id?: string;
}

/** Characters of one event at most. */
const maxEventCharacters = 4_194_304;

/** Wire form of an event; each line of the data becomes a `data:` line. */
export function encodeSse({ event, data, id }: SseEvent): string {
  const head = `${id === undefined ? '' : `id: ${id}\n`}${event === 'message' ? '' : `event: ${event}\n`}`;
  return `${head}${data
    .split('\n')
    .map((line) => `data: ${line}\n`)
    .join('')}\n`;
}

/** A line no client shows: keeps proxies and clients from giving up while nothing is said. */
export const sseKeepAlive = ': keep-alive\n\n';

/**
 * Reads events from pieces of text cut anywhere. @returns a function from a piece to the events it completes.
 * @throws RangeError when one event grows beyond 4 Mi characters.
 */
export function createSseParser(): (piece: string) => SseEvent[] {
  let rest = '';
  let data: string[] = [];
  let event = 'message';
  let id: string | undefined;
  let size = 0;
  const line = (text: string, events: SseEvent[]): void => {
    if (text === '') {
      if (data.length > 0) events.push({ event, data: data.join('\n'), ...(id === undefined ? {} : { id }) });
      data = [];
      event = 'message';
      id = undefined;
      size = 0;
      return;
    }
    size += text.length;
    if (size > maxEventCharacters) throw new RangeError('A server-sent event is larger than 4 MiB.');
    const colon = text.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + (text[colon + 1] === ' ' ? 2 : 1));
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value === '' ? 'message' : value;
    else if (field === 'id') id = value;
  };
  return (piece) => {
    const events: SseEvent[] = [];
    rest += piece;
    if (rest.length > maxEventCharacters) throw new RangeError('A server-sent event is larger than 4 MiB.');
    let from = 0;
    for (let at = 0; at < rest.length; at += 1) {
      const char = rest[at];
      if (char !== '\n' && char !== '\r') continue;
      // A \r at the very end may be half of \r\n: wait for the next piece.
      if (char === '\r' && at + 1 === rest.length) break;
      line(rest.slice(from, at), events);
      if (char === '\r' && rest[at + 1] === '\n') at += 1;
      from = at + 1;
    }
    rest = rest.slice(from);
    return events;
  };
}

/** The events of a body as they come in; none of an answer without a body. @throws as the parser, and what the body throws. */
export async function* readSse(body: AsyncIterable<Uint8Array> | null): AsyncGenerator<SseEvent> {
  const parse = createSseParser();
  const decoder = new TextDecoder();
  for await (const piece of body ?? []) yield* parse(decoder.decode(piece, { stream: true }));
}
