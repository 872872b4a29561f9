import { execFileSync } from 'node:child_process';
import { chownSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { idsOf, removeFolder, serverFolder } from './server-process.ts';

/** A certificate with its key, as PEM texts and as files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** An authority of one's own and what it has signed; gone with its folder. */
export interface Certificates extends AsyncDisposable {
  readonly ca: string;
  readonly caFile: string;
  /** Another authority, which has signed nothing here. */
  readonly otherCa: string;
  readonly otherCaFile: string;
  /** For `localhost` and 127.0.0.1. */
  readonly server: Certificate;
  /** For a server of another name, by the same authority. */
  readonly elsewhere: Certificate;
  /** Of a client named `keda`. */
  readonly client: Certificate;
  /** The client's key, locked by `keyPassword`. */
  readonly lockedKey: string;
  readonly keyPassword: string;
  /** A folder with `ca.pem`, `cert.pem` and `key.pem` of the server, which only `user` may read. */
  filesFor(user: string | undefined): { readonly ca: string; readonly cert: string; readonly key: string };
}

/** Takes about 0.1 s. */
export function makeCertificates(): Certificates {
  const folder = serverFolder();
  const file = (name: string): string => path.join(folder, name);
  const text = (name: string): string => readFileSync(file(name), 'utf8');
  const openssl = (...words: string[]): void => {
    execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });
  };
  // The machine's own settings would add extensions.
  writeFileSync(file('config'), '[req]\ndistinguished_name = dn\n[dn]\n');
  const make = (name: string, subject: string, extensions: readonly string[], issuer?: string): void =>
    openssl(
      ...'req -x509 -config config -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1'.split(
        ' ',
      ),
      ...`-keyout ${name}.key -out ${name}.pem`.split(' '),
      '-subj',
      `/CN=${subject}`,
      ...(issuer === undefined ? [] : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`]),
      ...extensions.flatMap((extension) => ['-addext', extension]),
    );
  const authority = [
    'basicConstraints=critical,CA:TRUE',
    'keyUsage=keyCertSign',
    'subjectKeyIdentifier=hash',
  ];
  const leaf = ['basicConstraints=CA:FALSE', 'authorityKeyIdentifier=keyid'];
  make('ca', 'Sluice test authority', authority);
  make('other-ca', 'Another authority', authority);
  make('server', 'sluice-test', [...leaf, 'subjectAltName=DNS:localhost,IP:127.0.0.1'], 'ca');
  make('elsewhere', 'elsewhere.example', [...leaf, 'subjectAltName=DNS:elsewhere.example'], 'ca');
  make('client', 'keda', [...leaf, 'subjectAltName=DNS:keda'], 'ca');
  const keyPassword = 'lock-Å-9';
  writeFileSync(file('password'), keyPassword);
  openssl('pkcs8', '-topk8', '-in', 'client.key', '-passout', 'file:password', '-out', 'client-locked.key');
  const certificate = (name: string): Certificate => ({
    cert: text(`${name}.pem`),
    key: text(`${name}.key`),
    certFile: file(`${name}.pem`),
    keyFile: file(`${name}.key`),
  });
  const [server, elsewhere, client] = ['server', 'elsewhere', 'client'].map(certificate);
  if (!server || !elsewhere || !client) throw new Error('no certificates');
  const more: string[] = [];
  return {
    ca: text('ca.pem'),
    caFile: file('ca.pem'),
    otherCa: text('other-ca.pem'),
    otherCaFile: file('other-ca.pem'),
    server,
    elsewhere,
    client,
    lockedKey: text('client-locked.key'),
    keyPassword,
    filesFor: (user) => {
      const own = serverFolder(user);
      more.push(own);
      const ids = idsOf(user);
      const write = (name: string, content: string): string => {
        const to = path.join(own, name);
        writeFileSync(to, content, { mode: 0o600 });
        if (ids) chownSync(to, ids.uid, ids.gid);
        return to;
      };
      return {
        ca: write('ca.pem', text('ca.pem')),
        cert: write('cert.pem', server.cert),
        key: write('key.pem', server.key),
      };
    },
    [Symbol.asyncDispose]: () => {
      for (const each of [folder, ...more]) removeFolder(each);
      return Promise.resolve();
    },
  };
}
