import { AppError } from '../../../../contract/app-error.ts';
import { reasonOf, withoutSecrets } from '../../without-secrets.ts';
import type { TlsParameters } from '../net/tls-parameters.ts';

export interface HttpQuestion {
  /** Who is asked, for messages: `RabbitMQ at http://mq:15672`. Without secrets. */
  readonly what: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON by POST; absent: GET. */
  readonly body?: unknown;
  /** @defaultValue 3000, as KEDA's */
  readonly timeoutMs?: number;
  /** Needed only for certificates of one's own; they go over `node:https`. */
  readonly tls?: TlsParameters | null;
  readonly secrets?: readonly (string | null | undefined)[];
  readonly fetch: typeof fetch;
}

const defaultTimeoutMs = 3000;
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * The JSON of a 200 answer.
 *
 * @throws AppError `upstream-failed` naming the status, or what is wrong with the connection or the text; `cancelled`
 * when the signal aborts.
 */
export async function askHttp(question: HttpQuestion, signal: AbortSignal): Promise<unknown> {
  const { body, secrets = [], timeoutMs = defaultTimeoutMs, tls, url, what } = question;
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const headers: Record<string, string> = { ...question.headers };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const request = {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
  const isPrivateTls = url.protocol === 'https:' && tls && (tls.unsafeSsl || tls.ca || tls.cert);
  let answer: { readonly status: number; readonly text: string };
  try {
    if (isPrivateTls) {
      const { requestOverTls } = await import('./request-over-tls.ts');
      answer = await requestOverTls(url, request, tls, maxAnswerBytes, within);
    } else {
      const response = await question.fetch(url, { ...request, signal: within });
      answer = { status: response.status, text: await textOf(response) };
    }
  } catch (error) {
    if (signal.aborted) throw new AppError('cancelled', `Asking ${what} was called off.`);
    if (error instanceof AppError) throw error;
    throw new AppError('upstream-failed', `${what} cannot be asked: ${reasonOf(error, secrets)}`);
  }
  if (answer.status !== 200) {
    const text = withoutSecrets(answer.text, secrets).slice(0, 200).trim();
    throw new AppError(
      'upstream-failed',
      `${what} answered with status ${answer.status}${text === '' ? '' : `: ${text}`}`,
      { details: { status: answer.status } },
    );
  }
  try {
    return JSON.parse(answer.text);
  } catch {
    throw new AppError('upstream-failed', `${what} answered with something that is not JSON.`);
  }
}

async function textOf(response: Response): Promise<string> {
  const length = Number(response.headers.get('content-length') ?? 0);
  if (length > maxAnswerBytes) {
    await response.body?.cancel();
    throw new AppError('too-large', `The answer has ${length} bytes, expected at most ${maxAnswerBytes}.`);
  }
  return response.text();
}

/** The header of a user and password. */
export function basicAuth(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
