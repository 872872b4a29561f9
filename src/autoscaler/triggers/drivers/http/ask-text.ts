import { AppError } from '../../../../contract/app-error.ts';
import { HttpHeaders, type ReadonlyHeaders } from '../../../../platform/http-message.ts';
import { errorWithoutSecrets, reasonOf, withoutSecrets } from '../../without-secrets.ts';
import { isPrivateTls, type TlsParameters } from '../net/tls-parameters.ts';
import { basicAuth } from './basic-auth.ts';
import { followRedirects, type HttpRequest } from './follow-redirects.ts';

export interface TextQuestion {
  /** Who is asked, for messages: `Loki at http://loki:3100`. Without secrets. */
  readonly what: string;
  /** A user and password in it are sent as a header, unless there is one already. */
  readonly url: URL;
  /** @defaultValue GET, with a body POST */
  readonly method?: string;
  readonly headers?: HttpHeaders | Readonly<Record<string, string>>;
  readonly body?: string;
  /** @defaultValue 3000, as KEDA's */
  readonly timeoutMs?: number;
  /** Certificates of one's own go over `node:https`; without any it is `fetch`. */
  readonly tls?: TlsParameters | null;
  readonly secrets?: readonly (string | null | undefined)[];
  /** Other statuses are errors. @defaultValue any 2xx */
  readonly accepts?: (status: number) => boolean;
  /** @defaultValue follow, without credentials to another server */
  readonly redirect?: 'follow' | 'manual';
  readonly fetch: typeof fetch;
}

export interface TextAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: ReadonlyHeaders;
}

const defaultTimeoutMs = 3000;
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * The text of an answer.
 *
 * @throws AppError `upstream-failed` naming the status or what is wrong with the connection, whose error is its cause;
 * `cancelled` when the signal aborts.
 */
export async function askText(question: TextQuestion, signal: AbortSignal): Promise<TextAnswer> {
  const { what } = question;
  const accepts = question.accepts ?? ((status: number) => status >= 200 && status < 300);
  const within = AbortSignal.any([signal, AbortSignal.timeout(question.timeoutMs ?? defaultTimeoutMs)]);
  // Some servers repeat what they were sent: a token that was got on the way is among it.
  const signed = new HttpHeaders(question.headers).get('authorization')?.replace(/^\S+ /, '');
  const secrets = [...(question.secrets ?? []), decodeURIComponent(question.url.password), signed];
  let answer: TextAnswer;
  try {
    answer = await request(question, within);
  } catch (error) {
    if (signal.aborted) throw new AppError('cancelled', `Asking ${what} was called off.`);
    if (error instanceof AppError) throw error;
    throw new AppError('upstream-failed', `${what} cannot be asked: ${reasonOf(error, secrets)}`, {
      cause: errorWithoutSecrets(error, secrets),
    });
  }
  if (accepts(answer.status)) return answer;
  const text = withoutSecrets(answer.text, secrets).slice(0, 200).trim();
  throw new AppError(
    'upstream-failed',
    `${what} answered with status ${answer.status}${text === '' ? '' : `: ${text}`}`,
    { details: { status: answer.status } },
  );
}

async function request(question: TextQuestion, signal: AbortSignal): Promise<TextAnswer> {
  const { body, redirect = 'follow' } = question;
  const method = question.method ?? (body === undefined ? 'GET' : 'POST');
  // Not the global Headers, which loads all of fetch before it is known whether anybody is there to be asked.
  const headers = new HttpHeaders(question.headers);
  const url = new URL(question.url);
  if (url.username !== '' && !headers.has('authorization')) {
    headers.set(
      'authorization',
      basicAuth(decodeURIComponent(url.username), decodeURIComponent(url.password)),
    );
  }
  [url.username, url.password] = ['', ''];
  // `fetch` would read a `data:` address too.
  if (!/^https?:$/.test(url.protocol)) throw new Error('its address is none of http or https');
  const first = { url, method, headers, body };
  const send = (one: HttpRequest): Promise<TextAnswer> => sendOnce(one, question, signal);
  return redirect === 'manual' ? send(first) : followRedirects(first, send);
}

async function sendOnce(
  asked: HttpRequest,
  { fetch, tls, what }: TextQuestion,
  signal: AbortSignal,
): Promise<TextAnswer> {
  const { body, headers, method, url } = asked;
  const tooLarge = (): AppError =>
    new AppError('too-large', `${what} gave an answer of more than ${maxAnswerBytes} bytes.`);
  if (url.protocol === 'https:' && tls && isPrivateTls(tls)) {
    const { requestOverTls } = await import('./request-over-tls.ts');
    return requestOverTls(asked, { tls, maxBytes: maxAnswerBytes, tooLarge }, signal);
  }
  const response = await fetch(url, {
    method,
    headers: [...headers],
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
    signal,
  });
  return { status: response.status, text: await boundedText(response, tooLarge), headers: response.headers };
}

/** An endless answer is cut off, whatever its headers promised. */
async function boundedText(response: Response, tooLarge: () => AppError): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > maxAnswerBytes) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** JSON of an answer. @throws AppError `upstream-failed`. */
export function jsonOf(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('upstream-failed', `${what} answered with something that is not JSON.`);
  }
}
