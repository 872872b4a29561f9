import { chownSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort, idsOf, removeFolder, serverFolder, startProcess, untilReady } from './server-process.ts';

const user = 'rabbitmq';

/** A RabbitMQ with its management plugin; user and password are `guest`. */
export interface RabbitmqServer extends AsyncDisposable {
  readonly port: number;
  readonly httpPort: number;
  /** A request to the HTTP API, the path beginning with `/api`. */
  api(method: string, path: string, body?: unknown): Promise<unknown>;
}

export async function startRabbitmq(): Promise<RabbitmqServer> {
  const folder = serverFolder(user);
  const ports = [await freePort(), await freePort(), await freePort(), await freePort()];
  const [port = 0, httpPort = 0, distPort = 0, epmdPort = 0] = ports;
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
      '',
    ].join('\n'),
  );
  const plugins = own('enabled_plugins', '[rabbitmq_management].\n');
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
    api,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await names[Symbol.asyncDispose]();
      removeFolder(folder);
    },
  };
}
