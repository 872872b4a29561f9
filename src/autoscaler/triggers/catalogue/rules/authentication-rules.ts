import type { CrossFieldRule } from '../check-context.ts';

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
export const authModes: CrossFieldRule = (values) =>
  values
    .list('authModes')
    .flatMap((mode) =>
      (demands[mode] ?? [])
        .filter((name) => !values.has(name))
        .map((name) => `${name}: authModes ${mode} demands it`),
    );

/** Authentication modes of HTTP and identities of a cloud exclude one another. */
export const authModesOrIdentity: CrossFieldRule = (values, { podIdentity }) =>
  values.list('authModes').length > 0 && podIdentity !== 'none'
    ? [`authModes: cannot be used together with the pod identity ${podIdentity}`]
    : [];

/** Credentials of AWS: a pod identity, the operator's own, a role, or a key with its secret. */
export const awsCredentials: CrossFieldRule = (values, { podIdentity, sources }) => {
  if (podIdentity.startsWith('aws')) return [];
  const { authParams, resolvedEnv, triggerMetadata } = sources;
  const owner = triggerMetadata['identityOwner']?.trim() ?? '';
  if (owner === 'operator') return [];
  if (owner !== '' && owner !== 'pod') {
    return [`identityOwner: expected pod or operator, received "${owner}"`];
  }
  if (authParams['awsRoleArn']) return [];
  const given = (...names: readonly string[]): boolean =>
    names.some((name) => {
      const variable = triggerMetadata[`${name}FromEnv`] ?? triggerMetadata[name];
      return Boolean(authParams[name]) || Boolean(variable && resolvedEnv[variable]);
    });
  const problems: string[] = [];
  if (!given('awsAccessKeyID', 'awsAccessKeyId')) {
    problems.push(
      'awsAccessKeyID: expected credentials (or awsRoleArn, or a pod identity), received nothing',
    );
  }
  if (!given('awsSecretAccessKey')) problems.push('awsSecretAccessKey: expected a value, received nothing');
  return problems;
};

const azureClouds = ['azurepubliccloud', 'azureusgovernmentcloud', 'azurechinacloud', 'azuregermancloud'];

/** Azure storage: a connection text, or an account with workload identity in a cloud that exists. */
export const azureStorage: CrossFieldRule = (values, { podIdentity, sources }) => {
  const { triggerMetadata } = sources;
  const cloud = triggerMetadata['cloud']?.trim() ?? '';
  const problems: string[] = [];
  if (cloud.toLowerCase() === 'private') {
    if (!triggerMetadata['endpointSuffix']) problems.push('endpointSuffix: cloud Private demands it');
  } else if (cloud !== '' && !azureClouds.includes(cloud.toLowerCase())) {
    problems.push(
      `cloud: expected AzurePublicCloud, AzureUSGovernmentCloud, AzureChinaCloud or Private, received "${cloud}"`,
    );
  }
  if (podIdentity === 'none' || podIdentity === '') {
    if (!values.has('connection')) problems.push('connection: expected a value, received nothing');
  } else if (podIdentity !== 'azure-workload') {
    problems.push(`podIdentity: expected none or azure-workload, received ${podIdentity}`);
  } else if (!values.has('accountName')) {
    problems.push('accountName: azure-workload demands it');
  }
  return problems;
};
