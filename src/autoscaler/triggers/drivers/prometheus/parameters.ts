import type { ParameterTable } from '../../parameters.ts';

const metadata = ['triggerMetadata'] as const;
const auth = ['authParams'] as const;
const both = ['triggerMetadata', 'authParams'] as const;
const secret = <const Name extends string>(...names: Name[]) =>
  ({ names, type: 'string', from: auth, optional: true }) as const;

/** @see https://keda.sh/docs/latest/scalers/prometheus/ */
export const prometheusParameters = {
  serverAddress: { names: ['serverAddress'], type: 'string', from: metadata },
  query: { names: ['query'], type: 'string', from: metadata },
  threshold: { names: ['threshold'], type: 'float', from: metadata },
  activationThreshold: { names: ['activationThreshold'], type: 'float', from: metadata, optional: true },
  namespace: { names: ['namespace'], type: 'string', from: metadata, optional: true },
  queryParameters: { names: ['queryParameters'], type: 'map', from: metadata, optional: true },
  customHeaders: { names: ['customHeaders'], type: 'map', from: metadata, optional: true },
  ignoreNullValues: { names: ['ignoreNullValues'], type: 'boolean', from: metadata, default: 'true' },
  unsafeSsl: { names: ['unsafeSsl'], type: 'boolean', from: metadata, optional: true },
  timeout: { names: ['timeout'], type: 'duration', from: metadata, optional: true },
  awsRegion: { names: ['awsRegion'], type: 'string', from: both, optional: true },
  identityOwner: { names: ['identityOwner'], type: 'string', from: metadata, optional: true },
  authModes: {
    names: ['authModes', 'authMode'],
    type: 'strings',
    from: both,
    optional: true,
    enum: ['apiKey', 'basic', 'tls', 'bearer', 'custom', 'oauth'],
    exclusiveSet: ['bearer', 'basic', 'oauth'],
  },
  bearerToken: secret('bearerToken', 'token'),
  username: secret('username'),
  password: secret('password'),
  cert: secret('cert'),
  key: secret('key'),
  ca: secret('ca'),
  oauthTokenURI: secret('oauthTokenURI'),
  scopes: { names: ['scopes', 'scope'], type: 'strings', from: auth, optional: true },
  clientID: secret('clientID'),
  clientSecret: secret('clientSecret'),
  endpointParams: { names: ['endpointParams'], type: 'url-values', from: auth, optional: true },
  customAuthHeader: secret('customAuthHeader'),
  customAuthValue: secret('customAuthValue'),
  apiKey: { names: ['apiKey'], type: 'string', from: both, optional: true },
  method: { names: ['method'], type: 'string', from: both, default: 'header', enum: ['header', 'query'] },
  keyParamName: { names: ['keyParamName'], type: 'string', from: both, optional: true },
} as const satisfies ParameterTable;
