import type { TriggerValues } from '../../catalogue/trigger-values.ts';
import { tlsOf } from '../net/tls-of.ts';
import { pemOfFile } from '../net/pem-of-file.ts';
import type { TlsParameters } from '../net/tls-parameters.ts';

/** Options of the connection text that name files, in their present and their older spelling. */
const fileOptions = {
  ca: ['tlsCAFile', 'sslCertificateAuthorityFile'],
  both: ['tlsCertificateKeyFile', 'sslClientCertificateKeyFile'],
  cert: ['tlsCertificateFile'],
  key: ['tlsPrivateKeyFile'],
} as const;

/**
 * TLS by the trigger's parameters (`tls: enable`) or by the options of the connection text; what the trigger gives counts
 * before the text's files.
 *
 * @param options by their names in lower case
 * @returns null without TLS.
 * @throws Error when a file cannot be read.
 * @see https://www.mongodb.com/docs/manual/reference/connection-string-options/#tls-options
 */
export async function mongoTls(
  values: TriggerValues,
  options: ReadonlyMap<string, string>,
  isSrv: boolean,
): Promise<TlsParameters | null> {
  const named = (name: keyof typeof fileOptions): readonly (readonly [string, string])[] =>
    fileOptions[name].flatMap((option) => {
      const file = options.get(option.toLowerCase());
      return file ? [[option, file] as const] : [];
    });
  const hasFiles = (['ca', 'both', 'cert', 'key'] as const).some((name) => named(name).length > 0);
  const wanted = options.get('tls') ?? options.get('ssl') ?? String(isSrv || hasFiles);
  const own = values.text('tls') === 'enable' ? tlsOf(values) : null;
  if (own === null && wanted !== 'true') return null;
  const contentOf = async (name: keyof typeof fileOptions): Promise<string | null> => {
    const [first] = named(name);
    return first ? pemOfFile(...first) : null;
  };
  const both = await contentOf('both');
  return {
    ca: own?.ca ?? (await contentOf('ca')),
    cert: own?.cert ?? both ?? (await contentOf('cert')),
    key: own?.key ?? both ?? (await contentOf('key')),
    keyPassword:
      own?.keyPassword ??
      options.get('tlscertificatekeyfilepassword') ??
      options.get('sslclientcertificatekeypassword') ??
      null,
    unsafeSsl: ['tlsinsecure', 'sslinsecure', 'tlsallowinvalidcertificates'].some(
      (name) => options.get(name) === 'true',
    ),
  };
}
