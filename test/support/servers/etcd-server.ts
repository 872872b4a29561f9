import { freePort, removeFolder, serverFolder, startProcess, untilReady } from './server-process.ts';

export interface EtcdServer extends AsyncDisposable {
  readonly address: string;
  /** Sends a request to the JSON gateway. */
  post(path: string, body: unknown, token?: string): Promise<Record<string, unknown>>;
  put(key: string, value: string, token?: string): Promise<void>;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

export async function startEtcd(): Promise<EtcdServer> {
  const folder = serverFolder();
  const [port, peerPort] = [await freePort(), await freePort()];
  const address = `127.0.0.1:${port}`;
  const server = startProcess({
    command: 'etcd',
    args: [
      `--data-dir=${folder}/data`,
      `--listen-client-urls=http://${address}`,
      `--advertise-client-urls=http://${address}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-advertise-peer-urls=http://127.0.0.1:${peerPort}`,
      `--initial-cluster=default=http://127.0.0.1:${peerPort}`,
      '--unsafe-no-fsync',
    ],
  });
  const post: EtcdServer['post'] = async (path, body, token) => {
    const answer = await fetch(`http://${address}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: token === undefined ? {} : { authorization: token },
    });
    const json = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(json)}`);
    return json;
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
