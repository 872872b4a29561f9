import type { CrossFieldRule } from '../check-context.ts';
import type { TriggerValues } from '../trigger-values.ts';
import { demanded, notBeside } from './problems.ts';

const demands: Readonly<Record<string, readonly string[]>> = {
  bearer: ['bearerToken'],
  basic: ['username'],
  tls: ['cert', 'key'],
  custom: ['customAuthHeader', 'customAuthValue'],
  // No clientSecret: a client may also be known by its certificate (RFC 8705).
  oauth: ['oauthTokenURI', 'clientID'],
  apiKey: ['apiKey'],
};

/** What each of `authModes` needs. */
export const authModes = (values: TriggerValues): readonly string[] =>
  values
    .list('authModes')
    .flatMap((mode) => demanded(values, `authModes has ${mode}`, ...(demands[mode] ?? [])));

/** Authentication modes of HTTP and identities of a cloud exclude one another. */
export const authModesOrIdentity: CrossFieldRule = (values, { podIdentity }) =>
  values.list('authModes').length > 0 && podIdentity !== 'none'
    ? [notBeside('authModes', `the pod identity ${podIdentity}`)]
    : [];
