import { AppError } from '../../../../contract/app-error.ts';
import { withoutSecrets } from '../../without-secrets.ts';
import { askText, jsonOf } from '../http/ask-text.ts';

export interface GithubClientOptions {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  /** Asks again only for what has changed; such answers do not count against the limit. */
  readonly useEtags: boolean;
  readonly token: (nowMs: number, signal: AbortSignal) => Promise<string>;
  readonly secrets: readonly string[];
  readonly fetch: typeof fetch;
}

/** One round of questions. */
export interface GithubRound {
  /** Null for what does not exist. @throws AppError `upstream-failed`. */
  ask(path: string): Promise<unknown>;
}

export interface GithubClient {
  /** What a round has not asked for is forgotten when it ends. */
  round<Answer>(
    nowMs: number,
    signal: AbortSignal,
    questions: (round: GithubRound) => Promise<Answer>,
  ): Promise<Answer>;
}

interface Kept {
  readonly etag: string;
  readonly answer: unknown;
}

export function createGithubClient(options: GithubClientOptions): GithubClient {
  const { apiUrl, fetch, secrets, token, useEtags } = options;
  const what = `GitHub at ${new URL(apiUrl).origin}`;
  let kept: ReadonlyMap<string, Kept> = new Map();

  return {
    round: async (nowMs, signal, questions) => {
      const seen = new Map<string, Kept>();
      const bearer = await token(nowMs, signal);
      const ask = async (path: string): Promise<unknown> => {
        const known = useEtags ? kept.get(path) : undefined;
        const { headers, status, text } = await askText(
          {
            what,
            url: new URL(`${apiUrl}${path}`),
            headers: {
              accept: 'application/vnd.github.v3+json',
              'x-github-api-version': '2022-11-28',
              authorization: `Bearer ${bearer}`,
              ...(known ? { 'if-none-match': known.etag } : {}),
            },
            secrets: [...secrets, bearer],
            accepts: (code) => [200, 304, 403, 404, 429].includes(code),
            fetch,
          },
          signal,
        );
        if (status === 304 && known) {
          seen.set(path, known);
          return known.answer;
        }
        if (status === 404) return null;
        if (status !== 200) throw refusal(what, status, headers, withoutSecrets(text, [...secrets, bearer]));
        const answer = jsonOf(text, what);
        const etag = headers.get('etag');
        if (useEtags && etag !== null) seen.set(path, { etag, answer });
        return answer;
      };
      const answer = await questions({ ask });
      kept = seen;
      return answer;
    },
  };
}

function refusal(
  what: string,
  status: number,
  headers: { get(name: string): string | null },
  text: string,
): AppError {
  const details = { details: { status } };
  if (headers.get('x-ratelimit-remaining') === '0') {
    const seconds = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
    const until = Number.isFinite(seconds)
      ? // oxlint-disable-next-line no-restricted-globals -- writes a given time, asks for none
        ` until ${new Date(seconds * 1000).toISOString()}`
      : '';
    return new AppError(
      'upstream-failed',
      `${what} answers no more questions${until}: its limit is reached.`,
      details,
    );
  }
  return new AppError(
    'upstream-failed',
    `${what} answered with status ${status}: ${text.slice(0, 200)}`,
    details,
  );
}
