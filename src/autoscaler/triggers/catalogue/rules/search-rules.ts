import type { CrossFieldRule } from '../check-context.ts';
import { demanded, needed, notBeside } from './problems.ts';

// Rules of Elasticsearch and OpenSearch.

/** Elastic in the cloud (cloudID and apiKey) or one's own servers (addresses, username, password). */
export const elasticAccess: CrossFieldRule = (values) => {
  const cloud = ['cloudID', 'apiKey'];
  const own = ['addresses', 'username', 'password'];
  const isGiven = (name: string): boolean => values.has(name);
  const [ofCloud, ofOwn] = [cloud.find(isGiven), own.find(isGiven)];
  if (ofCloud !== undefined && ofOwn !== undefined) return [notBeside(ofCloud, ofOwn)];
  if (ofCloud !== undefined) return demanded(values, `${ofCloud} is given`, ...cloud);
  if (ofOwn !== undefined) return demanded(values, `${ofOwn} is given`, ...own);
  return [
    'addresses: expected a value here (with username and password), or cloudID with apiKey; received neither',
  ];
};

/** With TLS a certificate of the client says who asks, without it a user. */
export const opensearchAccess: CrossFieldRule = (values) =>
  values.flag('enableTLS')
    ? demanded(values, 'enableTLS is true', 'clientCert', 'clientKey')
    : needed(values, 'username', 'password');

/** A saved template or a query. */
export const searchOrQuery: CrossFieldRule = (values) => {
  if (values.has('searchTemplateName') !== values.has('query')) return [];
  return [
    values.has('query')
      ? notBeside('query', 'searchTemplateName')
      : 'query: expected a value here or in searchTemplateName, received neither',
  ];
};
