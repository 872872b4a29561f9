import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import type { Certificates } from './certificates.ts';
import {
  demandPort,
  freePort,
  removeFolder,
  serverFolder,
  startProcess,
  untilReady,
} from './server-process.ts';

/** A NATS server with JetStream. */
export interface NatsServer extends AsyncDisposable {
  /** `host:port` of its HTTP monitor. */
  readonly monitor: string;
  /** Sends a request and gives the answer, as JSON. */
  request(subject: string, body?: unknown): Promise<unknown>;
}

/** @param certificates the monitor speaks https only. */
export async function startNatsServer(certificates?: Certificates): Promise<NatsServer> {
  const host = '127.0.0.1';
  const [port, monitorPort] = [await freePort(), await freePort()];
  const folder = serverFolder();
  const files = certificates?.filesFor(undefined);
  const config = path.join(folder, 'nats.conf');
  // The monitor's certificate is that of the clients' port; those of a test may do without TLS.
  writeFileSync(
    config,
    files
      ? `allow_non_tls: true\nhttps: "${host}:${monitorPort}"\ntls { cert_file: "${files.cert}", key_file: "${files.key}" }\n`
      : `http: "${host}:${monitorPort}"\n`,
  );
  const server = startProcess({
    command: 'nats-server',
    args: ['-c', config, '-js', '-a', host, '-p', String(port), '-sd', folder],
  });
  await untilReady(server, async () => {
    await demandPort(port, host);
    await demandPort(monitorPort, host);
  });
  return {
    monitor: `${host}:${monitorPort}`,
    request: (subject, body) => natsRequest(host, port, subject, body),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      removeFolder(folder);
    },
  };
}

/** One request over a connection of its own. @see https://docs.nats.io/reference/reference-protocols/nats-protocol */
export async function natsRequest(
  host: string,
  port: number,
  subject: string,
  body?: unknown,
): Promise<unknown> {
  const socket = connect({ host, port, noDelay: true });
  const payload = body === undefined ? '' : JSON.stringify(body);
  let text = '';
  socket.setEncoding('utf8');
  socket.setTimeout(10_000, () => socket.destroy(new Error(`NATS does not answer ${subject}`)));
  try {
    await once(socket, 'connect');
    socket.write(`CONNECT {"verbose":false}\r\nSUB _reply 1\r\n`);
    socket.write(`PUB ${subject} _reply ${Buffer.byteLength(payload)}\r\n${payload}\r\n`);
    for await (const piece of socket) {
      text += String(piece);
      const found = /MSG \S+ 1 +(?:\S+ +)?(\d+)\r\n/.exec(text);
      const start = found ? found.index + found[0].length : 0;
      if (found && text.length >= start + Number(found[1])) {
        return JSON.parse(text.slice(start, start + Number(found[1])));
      }
      if (text.includes('-ERR')) throw new Error(text);
    }
  } finally {
    socket.destroy();
  }
  throw new Error(`no answer from NATS: ${text}`);
}
