import type { TriggerValues } from './trigger-values.ts';

/** `host:port` of every server: given whole, or as hosts and ports in pairs. */
export function redisAddresses(values: TriggerValues): readonly string[] {
  const addresses = values.list('address');
  if (addresses.length > 0) return addresses;
  const ports = values.list('port');
  return values.list('host').map((host, index) => `${host}:${ports[index] ?? ''}`);
}

/** TLS is switched on by `enableTLS` in the metadata or by `tls: enable` in the authentication. */
export function redisTls(values: TriggerValues): boolean {
  return (
    ['1', 't', 'T', 'TRUE', 'true', 'True'].includes(values.text('enableTLS')) ||
    values.text('tls') === 'enable'
  );
}

/** What a redis-streams trigger counts, and its target. */
export function redisStreamMode(values: TriggerValues): {
  readonly mode: 'lag' | 'pending' | 'length';
  readonly target: number;
} {
  if (!values.has('consumerGroup')) return { mode: 'length', target: values.number('streamLength') };
  return values.has('lagCount')
    ? { mode: 'lag', target: values.number('lagCount') }
    : { mode: 'pending', target: values.number('pendingEntriesCount') };
}
