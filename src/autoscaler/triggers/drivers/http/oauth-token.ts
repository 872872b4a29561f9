import * as z from 'zod';
import { AppError } from '../../../../contract/app-error.ts';
import type { TlsParameters } from '../net/tls-parameters.ts';
import { askText, jsonOf, type TextAnswer } from './ask-text.ts';

export interface OauthOptions {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly endpointParams: Readonly<Record<string, string>>;
}

/** How the token endpoint is asked: as the trigger's source is. */
export interface OauthAccess {
  readonly tls: TlsParameters | null;
  readonly fetch: typeof fetch;
}

const tokenSchema = z.object({
  access_token: z.string().min(1),
  // Seconds; some servers write a text.
  expires_in: z.coerce.number().nullish(),
});
/** A token is asked for again this long before it ends. */
const earlyMs = 10_000;

/**
 * Client credentials grant; the token is kept until shortly before it expires. The client signs in by a header, or, where
 * the server refuses that, in the form itself.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 */
export function createOauthToken(
  { clientId, clientSecret, endpointParams, scopes, tokenUrl }: OauthOptions,
  access: OauthAccess,
): (nowMs: number, signal: AbortSignal) => Promise<string> {
  let token = '';
  let untilMs = -Infinity;
  /** Null until one of both has been accepted. */
  let isInForm: boolean | null = null;
  // Anybody's text: the URL itself may hold a secret.
  const url = URL.canParse(tokenUrl) ? new URL(tokenUrl) : null;
  const what = `The token endpoint ${url === null ? '' : `${url.origin}${url.pathname}`}`.trim();

  const ask = (inForm: boolean, signal: AbortSignal): Promise<TextAnswer> => {
    if (url === null) throw new AppError('invalid-argument', 'oauthTokenURI: expected a URL.');
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      ...endpointParams,
      ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
      // A client may be known by its certificate alone.
      ...(inForm ? { client_id: clientId } : {}),
      ...(inForm && clientSecret !== '' ? { client_secret: clientSecret } : {}),
    });
    const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
    return askText(
      {
        what,
        url,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(inForm ? {} : { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }),
        },
        body: form.toString(),
        secrets: [clientSecret],
        accepts: () => true,
        ...access,
      },
      signal,
    );
  };

  return async (nowMs, signal) => {
    if (nowMs < untilMs) return token;
    let inForm = isInForm ?? false;
    let answer = await ask(inForm, signal);
    if (isInForm === null && (answer.status === 400 || answer.status === 401)) {
      const second = await ask(true, signal);
      if (second.status < 400) [inForm, answer] = [true, second];
    }
    const isFine = answer.status >= 200 && answer.status < 300;
    const parsed = isFine ? tokenSchema.safeParse(jsonOf(answer.text, what)) : null;
    if (!parsed?.success) {
      throw new AppError('upstream-failed', `${what} gave no token (status ${answer.status}).`);
    }
    isInForm = inForm;
    token = parsed.data.access_token;
    untilMs = nowMs + (parsed.data.expires_in ?? 60) * 1000 - earlyMs;
    return token;
  };
}
