import * as z from 'zod';
import { AppError } from '../../../../contract/app-error.ts';

export interface OauthOptions {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly endpointParams: Readonly<Record<string, string>>;
}

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().nullish() });
/** A token is asked for again this long before it ends. */
const earlyMs = 10_000;

/** Client credentials grant; the token is kept until shortly before it expires. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
export function createOauthToken(
  options: OauthOptions,
  ask: typeof fetch,
): (nowMs: number, signal: AbortSignal) => Promise<string> {
  let token = '';
  let untilMs = -Infinity;
  return async (nowMs, signal) => {
    if (nowMs < untilMs) return token;
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      ...options.endpointParams,
      ...(options.scopes.length > 0 ? { scope: options.scopes.join(' ') } : {}),
    });
    const pair = `${encodeURIComponent(options.clientId)}:${encodeURIComponent(options.clientSecret)}`;
    const answer = await ask(options.tokenUrl, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
      body,
      signal,
    });
    const parsed = answer.ok ? tokenSchema.safeParse(await answer.json()) : null;
    if (!parsed?.success) {
      throw new AppError(
        'upstream-failed',
        `The token endpoint ${options.tokenUrl} gave no token (status ${answer.status}).`,
      );
    }
    token = parsed.data.access_token;
    untilMs = nowMs + (parsed.data.expires_in ?? 60) * 1000 - earlyMs;
    return token;
  };
}
