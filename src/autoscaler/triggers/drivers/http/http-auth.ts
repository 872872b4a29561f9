import type { TriggerValues } from '../../catalogue/trigger-values.ts';
import type { TriggerDependencies } from '../../trigger.ts';
import { tlsOf } from '../net/tls-of.ts';
import type { TlsParameters } from '../net/tls-parameters.ts';
import { withoutSecrets } from '../../without-secrets.ts';
import { basicAuth } from './basic-auth.ts';

/** Ways of signing in that KEDA's HTTP triggers share: `authModes`. */
export interface HttpAuth {
  readonly tls: TlsParameters;
  /** Never shown in an error. */
  readonly secrets: readonly string[];
  /** Signs one request. */
  sign(url: URL, headers: Pick<Headers, 'set'>, nowMs: number, signal: AbortSignal): Promise<void>;
}

/** @param dependencies of the trigger: `fetch` gets OAuth tokens. The catalogue has checked what each mode needs. */
export function createHttpAuth(values: TriggerValues, dependencies: TriggerDependencies): HttpAuth {
  const modes = values.list('authModes');
  const text = (name: string): string => values.text(name);
  const tls = tlsOf(values, modes.includes('tls'));
  let oauth: ((nowMs: number, signal: AbortSignal) => Promise<string>) | null = null;

  const oauthToken = async (nowMs: number, signal: AbortSignal): Promise<string> => {
    if (!oauth) {
      const { createOauthToken } = await import('./oauth-token.ts');
      oauth = createOauthToken(
        {
          tokenUrl: text('oauthTokenURI'),
          clientId: text('clientID'),
          clientSecret: text('clientSecret'),
          scopes: values.list('scopes'),
          endpointParams: Object.fromEntries(
            new URLSearchParams(dependencies.authParams['endpointParams'] ?? ''),
          ),
        },
        { tls, fetch: dependencies.fetch },
      );
    }
    return oauth(nowMs, signal);
  };

  return {
    tls,
    secrets: ['bearerToken', 'password', 'customAuthValue', 'apiKey', 'clientSecret'].map(text),
    sign: async (url, headers, nowMs, signal) => {
      for (const mode of modes) {
        if (mode === 'bearer') headers.set('authorization', `Bearer ${text('bearerToken')}`);
        if (mode === 'basic') headers.set('authorization', basicAuth(text('username'), text('password')));
        if (mode === 'custom') headers.set(text('customAuthHeader'), text('customAuthValue'));
        if (mode === 'oauth') headers.set('authorization', `Bearer ${await oauthToken(nowMs, signal)}`);
        if (mode !== 'apiKey') continue;
        if (text('method') === 'query')
          url.searchParams.set(text('keyParamName') || 'api_key', text('apiKey'));
        else headers.set(text('keyParamName') || 'X-API-KEY', text('apiKey'));
      }
    },
  };
}

/** A parameter that is a URL, as one. @throws TypeError text for the list of problems. */
export function urlProblem(name: string, text: string): readonly string[] {
  return URL.canParse(text) && /^https?:/.test(text)
    ? []
    : [`${name}: expected a URL such as http://host:8080, received "${withoutSecrets(text)}"`];
}
