import { createSign } from 'node:crypto';
import * as z from 'zod';
import { AppError } from '../../../../contract/app-error.ts';
import { askText, jsonOf } from '../http/ask-text.ts';

/** A GitHub App where it is installed. */
export interface GithubApp {
  readonly apiUrl: string;
  readonly applicationId: number;
  readonly installationId: number;
  /** PEM. */
  readonly privateKey: string;
}

const answerSchema = z.object({ token: z.string(), expires_at: z.iso.datetime({ offset: true }) });
/** A token about to end is not used. */
const marginMs = 60_000;
const skewSeconds = 30;
const lifetimeSeconds = 120;

/**
 * Gets a token for an installation and keeps it until shortly before its end.
 *
 * @see https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
 */
export function createAppToken(
  { apiUrl, applicationId, installationId, privateKey }: GithubApp,
  fetch: typeof globalThis.fetch,
): (nowMs: number, signal: AbortSignal) => Promise<string> {
  let kept: { readonly token: string; readonly untilMs: number } | null = null;
  const what = `GitHub at ${new URL(apiUrl).origin}`;
  return async (nowMs, signal) => {
    if (kept && nowMs < kept.untilMs - marginMs) return kept.token;
    const { text } = await askText(
      {
        what,
        url: new URL(`${apiUrl}/app/installations/${installationId}/access_tokens`),
        method: 'POST',
        headers: {
          accept: 'application/vnd.github.v3+json',
          authorization: `Bearer ${signedClaims(applicationId, privateKey, nowMs)}`,
        },
        fetch,
      },
      signal,
    );
    const parsed = answerSchema.safeParse(jsonOf(text, what));
    if (!parsed.success) throw new AppError('upstream-failed', `${what} answered without a token.`);
    // oxlint-disable-next-line no-restricted-globals -- reads a given time, asks for none
    kept = { token: parsed.data.token, untilMs: Date.parse(parsed.data.expires_at) };
    return kept.token;
  };
}

/** Who the app is, as a signed JWT. @throws AppError `invalid-argument` for a key that cannot sign. */
export function signedClaims(applicationId: number, privateKey: string, nowMs: number): string {
  const issuedAt = Math.floor(nowMs / 1000) - skewSeconds;
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iat: issuedAt, exp: issuedAt + lifetimeSeconds, iss: String(applicationId) };
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  try {
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
  } catch {
    // What the library says may quote the key.
    throw new AppError('invalid-argument', 'appKey: expected the private key of the GitHub App as PEM.');
  }
}
