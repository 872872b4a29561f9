import { chownSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Certificates } from './certificates.ts';
import { freePort, idsOf, removeFolder, serverFolder, startProcess, untilReady } from './server-process.ts';

const user = 'rabbitmq';

/** A RabbitMQ with its management plugin; user and password are `guest`. */
export interface RabbitmqServer extends AsyncDisposable {
  readonly port: number;
  readonly httpPort: number;
  /** 0 without certificates. */
  readonly tlsPort: number;
  readonly httpsPort: number;
  /** A request to the HTTP API, the path beginning with `/api`. */
  api(method: string, path: string, body?: unknown): Promise<unknown>;
}

export interface RabbitmqOptions {
  /** Listens for AMQP and HTTP over TLS as well; clients may show a certificate of the same authority. */
  readonly certificates?: Certificates;
  /** Public key that signs OAuth tokens for the audience `rabbitmq`, as PEM. */
  readonly tokenKey?: string;
}

export async function startRabbitmq({
  certificates,
  tokenKey,
}: RabbitmqOptions = {}): Promise<RabbitmqServer> {
  const folder = serverFolder(user);
  const ports: number[] = [];
  while (ports.length < 6) ports.push(await freePort());
  const [port = 0, httpPort = 0, distPort = 0, epmdPort = 0, tlsPort = 0, httpsPort = 0] = ports;
  const files = certificates?.filesFor(user);
  const own = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    const ids = idsOf(user);
    if (ids) chownSync(file, ids.uid, ids.gid);
    return file;
  };
  const config = own(
    'rabbitmq.conf',
    [
      `listeners.tcp.1 = 127.0.0.1:${port}`,
      'management.tcp.ip = 127.0.0.1',
      `management.tcp.port = ${httpPort}`,
      'collect_statistics_interval = 1000',
      ...(files
        ? [
            `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
            'ssl_options.verify = verify_peer',
            'ssl_options.fail_if_no_peer_cert = false',
            'management.ssl.ip = 127.0.0.1',
            `management.ssl.port = ${httpsPort}`,
            ...['ssl_options', 'management.ssl'].flatMap((where) => [
              `${where}.cacertfile = ${files.ca}`,
              `${where}.certfile = ${files.cert}`,
              `${where}.keyfile = ${files.key}`,
            ]),
          ]
        : []),
      ...(tokenKey === undefined
        ? []
        : [
            'auth_backends.1 = internal',
            'auth_backends.2 = rabbit_auth_backend_oauth2',
            'auth_oauth2.resource_server_id = rabbitmq',
            `auth_oauth2.signing_keys.test = ${own('token-key.pem', tokenKey)}`,
            'auth_oauth2.default_key = test',
          ]),
      '',
    ].join('\n'),
  );
  const plugins = own(
    'enabled_plugins',
    `[rabbitmq_management${tokenKey === undefined ? '' : ',rabbitmq_auth_backend_oauth2'}].\n`,
  );
  // Erlang's name server would otherwise stay behind as a daemon.
  const names = startProcess({ command: 'epmd', args: ['-port', String(epmdPort)], user });
  const server = startProcess({
    command: '/usr/lib/rabbitmq/bin/rabbitmq-server',
    args: [],
    user,
    cwd: folder,
    env: {
      HOME: folder,
      ERL_EPMD_PORT: String(epmdPort),
      RABBITMQ_NODENAME: `sluice${port}@localhost`,
      RABBITMQ_DIST_PORT: String(distPort),
      RABBITMQ_CONFIG_FILE: config.replace(/\.conf$/, ''),
      RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
      RABBITMQ_MNESIA_BASE: path.join(folder, 'mnesia'),
      RABBITMQ_LOG_BASE: path.join(folder, 'log'),
      RABBITMQ_PID_FILE: path.join(folder, 'pid'),
      RABBITMQ_GENERATED_CONFIG_DIR: path.join(folder, 'config'),
      RABBITMQ_CONF_ENV_FILE: own('env.conf', ''),
    },
  });
  const api: RabbitmqServer['api'] = async (method, at, body) => {
    const answer = await fetch(`http://127.0.0.1:${httpPort}${at}`, {
      method,
      headers: { authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${at}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  await untilReady(server, () => api('GET', '/api/overview'));
  return {
    port,
    httpPort,
    tlsPort: files ? tlsPort : 0,
    httpsPort: files ? httpsPort : 0,
    api,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await names[Symbol.asyncDispose]();
      removeFolder(folder);
    },
  };
}
