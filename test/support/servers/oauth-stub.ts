import { generateKeyPairSync, sign } from 'node:crypto';
import type { Certificates } from './certificates.ts';
import { startHttps, type HttpsStub } from './https-stub.ts';

/** An authorisation server that gives tokens to one client, by the client credentials grant. */
export interface OauthStub extends AsyncDisposable {
  readonly tokenUrl: string;
  /** Verifies the tokens, as PEM. */
  readonly publicKey: string;
  readonly stub: HttpsStub;
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
export async function startOauth(
  certificates: Certificates,
  client: { readonly id: string; readonly secret: string },
  /** Of every token, besides the scopes asked for. */
  claims: Readonly<Record<string, unknown>>,
): Promise<OauthStub> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const tokenFor = (scope: string): string => {
    const exp = Math.floor(Date.now() / 1000) + 60;
    const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode({ ...claims, exp, scope: scope.split(' ') })}`;
    return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
  };
  const expected = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
  const stub = await startHttps(certificates, {
    answer: ({ body, headers }, response) => {
      const form = new URLSearchParams(body);
      const isKnown = headers.authorization === expected && form.get('grant_type') === 'client_credentials';
      response.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
      const answer = isKnown
        ? { access_token: tokenFor(form.get('scope') ?? ''), token_type: 'bearer', expires_in: 60 }
        : { error: 'invalid_client' };
      response.end(JSON.stringify(answer));
    },
  });
  return {
    tokenUrl: `${stub.origin}/token`,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }),
    stub,
    [Symbol.asyncDispose]: () => stub[Symbol.asyncDispose](),
  };
}
