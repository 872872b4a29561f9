import { AppError } from '../../../../contract/app-error.ts';
import { reasonOf, withoutSecrets } from '../../without-secrets.ts';
import type { TlsParameters } from '../net/tls-parameters.ts';

export interface TextQuestion {
  /** Who is asked, for messages: `Loki at http://loki:3100`. Without secrets. */
  readonly what: string;
  readonly url: URL;
  /** @defaultValue GET, with a body POST */
  readonly method?: string;
  readonly headers?: Headers | Readonly<Record<string, string>>;
  readonly body?: string;
  /** @defaultValue 3000, as KEDA's */
  readonly timeoutMs?: number;
  /** Needed only for certificates of one's own; they go over `node:https`. */
  readonly tls?: TlsParameters | null;
  readonly secrets?: readonly (string | null | undefined)[];
  /** Other statuses are errors. @defaultValue any 2xx */
  readonly accepts?: (status: number) => boolean;
  readonly redirect?: 'follow' | 'manual';
  readonly fetch: typeof fetch;
}

export interface TextAnswer {
  readonly status: number;
  readonly text: string;
  /** Empty over certificates of one's own. */
  readonly headers: Headers;
}

const defaultTimeoutMs = 3000;
const maxAnswerBytes = 16 * 1024 * 1024;

/**
 * The text of an answer.
 *
 * @throws AppError `upstream-failed` naming the status or what is wrong with the connection; `cancelled` when the signal
 * aborts.
 */
export async function askText(question: TextQuestion, signal: AbortSignal): Promise<TextAnswer> {
  const { body, secrets = [], tls, url, what } = question;
  const accepts = question.accepts ?? ((status: number) => status >= 200 && status < 300);
  const within = AbortSignal.any([signal, AbortSignal.timeout(question.timeoutMs ?? defaultTimeoutMs)]);
  const request = {
    method: question.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: Object.fromEntries(new Headers(question.headers)),
    ...(body === undefined ? {} : { body }),
  };
  const isPrivateTls = url.protocol === 'https:' && tls && (tls.unsafeSsl || tls.ca || tls.cert);
  let answer: TextAnswer;
  try {
    if (isPrivateTls) {
      const { requestOverTls } = await import('./request-over-tls.ts');
      answer = {
        ...(await requestOverTls(url, request, tls, maxAnswerBytes, within)),
        headers: new Headers(),
      };
    } else {
      const { redirect = 'follow' } = question;
      const response = await question.fetch(url, { ...request, redirect, signal: within });
      answer = {
        status: response.status,
        text: await boundedText(response),
        headers: response.headers,
      };
    }
  } catch (error) {
    if (signal.aborted) throw new AppError('cancelled', `Asking ${what} was called off.`);
    if (error instanceof AppError) throw error;
    throw new AppError('upstream-failed', `${what} cannot be asked: ${reasonOf(error, secrets)}`);
  }
  if (accepts(answer.status)) return answer;
  const text = withoutSecrets(answer.text, secrets).slice(0, 200).trim();
  throw new AppError(
    'upstream-failed',
    `${what} answered with status ${answer.status}${text === '' ? '' : `: ${text}`}`,
    { details: { status: answer.status } },
  );
}

/** An endless answer is cut off, whatever its headers promised. */
async function boundedText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > maxAnswerBytes) {
      throw new AppError('too-large', `The answer has more than ${maxAnswerBytes} bytes.`);
    }
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
