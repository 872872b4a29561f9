import type { ParameterValues } from '../../parameters.ts';
import type { prometheusParameters } from './parameters.ts';

type Values = ParameterValues<typeof prometheusParameters>;

/** Which parameters each way of signing in demands. */
const needs: Readonly<Record<string, readonly (keyof Values)[]>> = {
  bearer: ['bearerToken'],
  basic: ['username'],
  tls: ['cert', 'key'],
  custom: ['customAuthHeader', 'customAuthValue'],
  oauth: ['oauthTokenURI', 'clientID', 'clientSecret'],
  apiKey: ['apiKey'],
};

/** What is missing. */
export function authProblems(values: Values): string[] {
  const problems: string[] = [];
  for (const mode of values.authModes ?? []) {
    for (const name of needs[mode] ?? []) {
      if (values[name] === null) problems.push(`${name}: authModes ${mode} demands it`);
    }
  }
  return problems;
}

/** Signs one request. `tls` and `oauth` are the caller's: one is the connection, the other needs a token first. */
export function applyAuth(values: Values, url: URL, headers: Pick<Headers, 'set'>): void {
  for (const mode of values.authModes ?? []) {
    if (mode === 'bearer') headers.set('authorization', `Bearer ${values.bearerToken ?? ''}`);
    if (mode === 'basic') {
      const pair = `${values.username ?? ''}:${values.password ?? ''}`;
      headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
    }
    if (mode === 'custom') headers.set(values.customAuthHeader ?? '', values.customAuthValue ?? '');
    if (mode !== 'apiKey') continue;
    if (values.method === 'query')
      url.searchParams.set(values.keyParamName ?? 'api_key', values.apiKey ?? '');
    else headers.set(values.keyParamName ?? 'X-API-KEY', values.apiKey ?? '');
  }
}
