import { askText, jsonOf, type TextQuestion } from './ask-text.ts';

export interface HttpQuestion extends Omit<TextQuestion, 'accepts' | 'body' | 'headers' | 'method'> {
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON by POST; absent: GET. */
  readonly body?: unknown;
}

/**
 * The JSON of a 200 answer.
 *
 * @throws AppError `upstream-failed` naming the status, or what is wrong with the connection or the text; `cancelled`
 * when the signal aborts.
 */
export async function askHttp(
  { body, headers, ...question }: HttpQuestion,
  signal: AbortSignal,
): Promise<unknown> {
  const sent =
    body === undefined
      ? { headers: { ...headers } }
      : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const { text } = await askText({ ...question, ...sent, accepts: (status) => status === 200 }, signal);
  return jsonOf(text, question.what);
}
