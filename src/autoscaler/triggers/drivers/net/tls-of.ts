import type { TriggerValues } from '../../catalogue/trigger-values.ts';
import type { TlsParameters } from './tls-parameters.ts';

/** Certificates of a trigger; the client's own only where they are asked for. */
export function tlsOf(values: TriggerValues, withClientCertificate = true): TlsParameters {
  const own = (name: string): string | null => (withClientCertificate ? values.text(name) || null : null);
  return {
    ca: values.text('ca') || null,
    cert: own('cert'),
    key: own('key'),
    keyPassword: own('keyPassword'),
    unsafeSsl: values.flag('unsafeSsl'),
  };
}
