import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventually } from '../sluice-process.ts';
import type { Certificates } from './certificates.ts';
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
  /** Speaks TLS only, to clients that show a certificate. */
  readonly certificates?: Certificates | undefined;
}

export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = serverFolder();
  const port = options.port ?? (await freePort());
  const server = startProcess({
    command: 'redis-server',
    args: [
      ...tlsSettings(port, options.certificates).flatMap(([name, value]) => [`--${name}`, value]),
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
    cli: (...words) => redisCli(port, options.password, words, options.certificates),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      removeFolder(folder);
    },
  };
}

export function redisCli(
  port: number,
  password: string | undefined,
  words: readonly string[],
  certificates?: Certificates,
): string {
  const auth = password === undefined ? [] : ['-a', password, '--no-auth-warning'];
  const tls = certificates
    ? [
        '--tls',
        '--cacert',
        certificates.caFile,
        '--cert',
        certificates.client.certFile,
        '--key',
        certificates.client.keyFile,
      ]
    : [];
  const args = ['-h', '127.0.0.1', '-p', String(port), ...tls, ...auth, ...words];
  return execFileSync('redis-cli', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** Settings of the port, alike in a server and a sentinel. */
function tlsSettings(port: number, certificates: Certificates | undefined): readonly [string, string][] {
  if (!certificates) return [['port', String(port)]];
  const { caFile, server } = certificates;
  return [
    ['port', '0'],
    ['tls-port', String(port)],
    ['tls-cert-file', server.certFile],
    ['tls-key-file', server.keyFile],
    ['tls-ca-cert-file', caFile],
    ['tls-auth-clients', 'yes'],
    ['tls-replication', 'yes'],
  ];
}

/** Three masters that share the slots. */
export interface RedisCluster extends AsyncDisposable {
  readonly nodes: readonly RedisServer[];
  readonly addresses: string;
  cli(...words: string[]): string;
}

export async function startRedisCluster(certificates?: Certificates): Promise<RedisCluster> {
  const nodes: RedisServer[] = [];
  for (let index = 0; index < 3; index += 1) {
    const bus = String(await freePort());
    const settings = [
      '--cluster-enabled',
      'yes',
      '--cluster-node-timeout',
      '2000',
      '--cluster-port',
      bus,
      ...(certificates ? ['--tls-cluster', 'yes'] : []),
    ];
    nodes.push(await startRedisServer({ settings, certificates }));
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
  await eventually('every node to know the cluster', async () =>
    nodes.every((node) => node.cli('CLUSTER', 'INFO').includes('cluster_state:ok')),
  );
  return {
    nodes,
    addresses: nodes.map(({ address }) => address).join(','),
    cli: (...words) => redisCli(first.port, undefined, ['-c', ...words], certificates),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
    },
  };
}

/** A master, and a replica where asked for, with a sentinel that knows the master as `jobs-master`. */
export interface RedisSentinel extends AsyncDisposable {
  readonly master: RedisServer;
  readonly replica: RedisServer | null;
  /** Of the sentinel. */
  readonly address: string;
  /** Asks the sentinel by `redis-cli`. */
  cli(...words: string[]): string;
}

export interface RedisSentinelOptions {
  readonly password: string;
  readonly sentinelPassword: string;
  readonly hasReplica?: boolean;
  readonly certificates?: Certificates;
}

export async function startRedisSentinel(options: RedisSentinelOptions): Promise<RedisSentinel> {
  const { certificates, password, sentinelPassword } = options;
  await using stack = new AsyncDisposableStack();
  const master = stack.use(await startRedisServer({ password, certificates }));
  const settings = ['--replicaof', '127.0.0.1', String(master.port)];
  const replica = options.hasReplica
    ? stack.use(await startRedisServer({ password, certificates, settings }))
    : null;
  // A sentinel asks a master for its replicas when it starts, and then only every 10 s.
  if (replica)
    await eventually('the replica to be in step', async () =>
      master.cli('INFO', 'replication').includes('state=online'),
    );
  const folder = serverFolder();
  stack.defer(() => removeFolder(folder));
  const port = await freePort();
  const file = path.join(folder, 'sentinel.conf');
  writeFileSync(
    file,
    [
      ...tlsSettings(port, certificates).map((pair) => pair.join(' ')),
      'bind 127.0.0.1',
      `dir ${folder}`,
      `requirepass ${sentinelPassword}`,
      `sentinel monitor jobs-master 127.0.0.1 ${master.port} 1`,
      `sentinel auth-pass jobs-master ${password}`,
      'sentinel down-after-milliseconds jobs-master 1000',
      'sentinel failover-timeout jobs-master 10000',
      '',
    ].join('\n'),
  );
  const server = stack.use(startProcess({ command: 'redis-sentinel', args: [file] }));
  await untilReady(server, () => demandPort(port));
  const cli = (...words: string[]): string => redisCli(port, sentinelPassword, words, certificates);
  if (replica) {
    // Known is not enough: it must have been asked, to be promoted.
    await eventually('the sentinel to have asked the replica', async () =>
      cli('SENTINEL', 'REPLICAS', 'jobs-master').includes('master-link-status\nok'),
    );
  }
  const all = stack.move();
  return {
    master,
    replica,
    address: `127.0.0.1:${port}`,
    cli,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
