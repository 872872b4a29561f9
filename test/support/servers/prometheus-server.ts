import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { requestOverTls } from '../../../src/autoscaler/triggers/drivers/http/request-over-tls.ts';
import { HttpHeaders } from '../../../src/platform/http-message.ts';
import type { Certificates } from './certificates.ts';
import { freePort, removeFolder, serverFolder, startProcess, untilReady } from './server-process.ts';

/** A Prometheus that speaks https only, to clients with a certificate, and to the user `keda` with the password `test`. */
export interface PrometheusServer extends AsyncDisposable {
  /** `https://127.0.0.1:port` */
  readonly url: string;
}

/** Of the password `test`, from Prometheus' own documentation. */
const bcryptOfTest = '$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay';

export async function startPrometheus(certificates: Certificates): Promise<PrometheusServer> {
  const folder = serverFolder();
  const port = await freePort();
  const files = certificates.filesFor(undefined);
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  const server = startProcess({
    command: 'prometheus',
    args: [
      `--config.file=${write('prometheus.yml', 'scrape_configs: []\n')}`,
      `--web.config.file=${write(
        'web.yml',
        [
          'tls_server_config:',
          `  cert_file: ${files.cert}`,
          `  key_file: ${files.key}`,
          '  client_auth_type: RequireAndVerifyClientCert',
          `  client_ca_file: ${files.ca}`,
          'basic_auth_users:',
          `  keda: ${bcryptOfTest}`,
          '',
        ].join('\n'),
      )}`,
      `--storage.tsdb.path=${path.join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    cwd: folder,
  });
  const url = `https://127.0.0.1:${port}`;
  const { ca, client } = certificates;
  await untilReady(server, async () => {
    const answer = await requestOverTls(
      {
        url: new URL('/-/ready', url),
        method: 'GET',
        headers: new HttpHeaders({ authorization: `Basic ${btoa('keda:test')}` }),
        body: undefined,
      },
      {
        tls: { ca, cert: client.cert, key: client.key, keyPassword: null, unsafeSsl: false },
        maxBytes: 10_000,
        tooLarge: () => new Error('Prometheus says more than that it is ready'),
      },
      AbortSignal.timeout(5000),
    );
    if (answer.status !== 200) throw new Error(`status ${answer.status}`);
  });
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      removeFolder(folder);
    },
  };
}
