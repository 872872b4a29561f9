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
