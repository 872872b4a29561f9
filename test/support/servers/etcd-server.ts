import { askHttp } from '../../../src/autoscaler/triggers/drivers/http/ask-http.ts';
import type { Certificates } from './certificates.ts';
import { freePort, removeFolder, serverFolder, startProcess, untilReady } from './server-process.ts';

export interface EtcdServer extends AsyncDisposable {
  readonly address: string;
  /** Sends a request to the JSON gateway. */
  post(path: string, body: unknown, token?: string): Promise<Record<string, unknown>>;
  put(key: string, value: string, token?: string): Promise<void>;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** @param certificates only TLS, and only for clients that show a certificate. */
export async function startEtcd(certificates?: Certificates): Promise<EtcdServer> {
  const folder = serverFolder();
  const [port, peerPort] = [await freePort(), await freePort()];
  const address = `127.0.0.1:${port}`;
  const url = `${certificates ? 'https' : 'http'}://${address}`;
  const files = certificates?.filesFor(undefined);
  const server = startProcess({
    command: 'etcd',
    args: [
      `--data-dir=${folder}/data`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
      '--unsafe-no-fsync',
      ...(files
        ? [
            '--client-cert-auth',
            `--trusted-ca-file=${files.ca}`,
            `--cert-file=${files.cert}`,
            `--key-file=${files.key}`,
          ]
        : []),
    ],
  });
  const tls = certificates
    ? {
        ca: certificates.ca,
        cert: certificates.client.cert,
        key: certificates.client.key,
        keyPassword: null,
        unsafeSsl: false,
      }
    : null;
  const post: EtcdServer['post'] = async (at, body, token) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: token };
    const question = { what: 'etcd', url: new URL(at, url), body, headers, tls, fetch };
    return (await askHttp(question, AbortSignal.timeout(10_000))) as Record<string, unknown>;
  };
  await untilReady(server, () => post('/v3/kv/range', { key: base64('a') }));
  return {
    address,
    post,
    put: async (key, value, token) => {
      await post('/v3/kv/put', { key: base64(key), value: base64(value) }, token);
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      removeFolder(folder);
    },
  };
}
