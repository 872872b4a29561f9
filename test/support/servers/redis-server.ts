import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  demandPort,
  freePort,
  removeFolder,
  serverFolder,
  startProcess,
  untilReady,
} from './server-process.ts';

/** A Redis of one's own. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  readonly address: string;
  /** Runs a command by `redis-cli` and gives what it prints. */
  cli(...words: string[]): string;
}

export interface RedisServerOptions {
  readonly password?: string;
  /** Further settings: `['--cluster-enabled', 'yes']`. */
  readonly settings?: readonly string[];
  readonly port?: number;
}

export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = serverFolder();
  const port = options.port ?? (await freePort());
  const server = startProcess({
    command: 'redis-server',
    args: [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      '--appendonly',
      'no',
      ...(options.password === undefined
        ? []
        : ['--requirepass', options.password, '--masterauth', options.password]),
      ...(options.settings ?? []),
    ],
  });
  await untilReady(server, () => demandPort(port));
  return {
    port,
    address: `127.0.0.1:${port}`,
    cli: (...words) => redisCli(port, options.password, words),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      removeFolder(folder);
    },
  };
}

export function redisCli(port: number, password: string | undefined, words: readonly string[]): string {
  const auth = password === undefined ? [] : ['-a', password, '--no-auth-warning'];
  return execFileSync('redis-cli', ['-p', String(port), ...auth, ...words], { encoding: 'utf8' }).trim();
}

/** Three masters that share the slots. */
export interface RedisCluster extends AsyncDisposable {
  readonly nodes: readonly RedisServer[];
  readonly addresses: string;
  cli(...words: string[]): string;
}

export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes: RedisServer[] = [];
  for (let index = 0; index < 3; index += 1) {
    const bus = String(await freePort());
    const settings = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000', '--cluster-port', bus];
    nodes.push(await startRedisServer({ settings }));
  }
  // Slots are given and neighbours are introduced by hand: `redis-cli --cluster create` cannot take other bus ports.
  const [first, ...others] = nodes;
  if (!first) throw new Error('no node');
  for (const [index, node] of nodes.entries()) {
    const from = Math.floor((16_384 * index) / 3);
    const to = Math.floor((16_384 * (index + 1)) / 3) - 1;
    node.cli('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
  }
  for (const node of others) {
    const bus = node.cli('CONFIG', 'GET', 'cluster-port').split('\n').at(-1) ?? '';
    first.cli('CLUSTER', 'MEET', '127.0.0.1', String(node.port), bus);
  }
  const deadline = performance.now() + 20_000;
  while (!nodes.every((node) => node.cli('CLUSTER', 'INFO').includes('cluster_state:ok'))) {
    if (performance.now() > deadline)
      throw new Error(`the cluster is not ready: ${first.cli('CLUSTER', 'NODES')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    nodes,
    addresses: nodes.map(({ address }) => address).join(','),
    cli: (...words) => redisCli(first.port, undefined, ['-c', ...words]),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
    },
  };
}

/** A master with a sentinel that knows it as `jobs-master`. */
export interface RedisSentinel extends AsyncDisposable {
  readonly master: RedisServer;
  /** Of the sentinel. */
  readonly address: string;
}

export async function startRedisSentinel(password: string, sentinelPassword: string): Promise<RedisSentinel> {
  const master = await startRedisServer({ password });
  const folder = serverFolder();
  const port = await freePort();
  const file = path.join(folder, 'sentinel.conf');
  writeFileSync(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `requirepass ${sentinelPassword}`,
      `sentinel monitor jobs-master 127.0.0.1 ${master.port} 1`,
      `sentinel auth-pass jobs-master ${password}`,
      '',
    ].join('\n'),
  );
  const server = startProcess({ command: 'redis-sentinel', args: [file] });
  await untilReady(server, () => demandPort(port));
  return {
    master,
    address: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await master[Symbol.asyncDispose]();
      removeFolder(folder);
    },
  };
}
