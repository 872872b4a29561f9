/** One server-sent event: its name and its data. */
export interface SseEvent {
  /** @defaultValue "message" */
  readonly event: string;
  readonly data: string;
}

export interface SseParser {
  /** Takes the next piece of decoded text, cut anywhere, and returns the events that it completes. */
  push(text: string): readonly SseEvent[];
}

/**
 * A parser of `text/event-stream`. An event without data is dropped, and so is one that the stream's end cuts short,
 * as the standard says.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function createSseParser(): SseParser {
  let rest = '';
  let atStart = true;
  let event = '';
  let data: string[] = [];

  const takeLine = (line: string): SseEvent | null => {
    if (line === '') {
      const complete = data.length > 0 ? { event: event || 'message', data: data.join('\n') } : null;
      event = '';
      data = [];
      return complete;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    return null;
  };

  return {
    push(text) {
      rest += text;
      if (atStart && rest.length > 0) {
        atStart = false;
        if (rest.startsWith('\uFEFF')) rest = rest.slice(1);
      }
      const events: SseEvent[] = [];
      for (;;) {
        const end = /\r\n|\n|\r/.exec(rest);
        // A CR at the very end may be the first half of CR LF: wait for what follows.
        if (!end || (end[0] === '\r' && end.index === rest.length - 1)) return events;
        const line = rest.slice(0, end.index);
        rest = rest.slice(end.index + end[0].length);
        const complete = takeLine(line);
        if (complete) events.push(complete);
      }
    },
  };
}
