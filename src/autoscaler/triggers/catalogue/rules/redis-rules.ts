import type { CrossFieldRule } from '../check-context.ts';

/** Servers as addresses, or as hosts and ports in pairs. */
export const redisServers: CrossFieldRule = (values) => {
  if (values.list('address').length > 0) return [];
  const hosts = values.list('host').length;
  const ports = values.list('port').length;
  if (hosts === 0) return ['address: expected a server here, or in host with port; received neither'];
  if (hosts === ports) return [];
  return [`port: expected as many as hosts (${hosts}), received ${ports}`];
};

/** TLS is switched on in one place. */
export const redisTlsPlaces: CrossFieldRule = (values) => {
  const problems: string[] = [];
  const inMetadata = values.text('enableTLS');
  const inAuth = values.text('tls');
  if (inMetadata !== '' && !/^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(inMetadata)) {
    problems.push(`enableTLS: expected true or false, received "${inMetadata}"`);
  }
  if (inAuth !== '' && inAuth !== 'enable' && inAuth !== 'disable') {
    problems.push(`tls: expected enable or disable, received "${inAuth}"`);
  }
  if (inMetadata !== '' && inAuth !== '') {
    problems.push('enableTLS: expected either it or tls in the TriggerAuthentication, received both');
  }
  return problems;
};
