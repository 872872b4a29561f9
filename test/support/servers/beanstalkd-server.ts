import { once } from 'node:events';
import { connect } from 'node:net';
import { demandPort, freePort, startProcess, untilReady } from './server-process.ts';

export interface BeanstalkdServer extends AsyncDisposable {
  readonly address: string;
  /** Sends lines over one connection, and gives what comes back for them. */
  send(...lines: string[]): Promise<string>;
}

export async function startBeanstalkd(): Promise<BeanstalkdServer> {
  const port = await freePort();
  const server = startProcess({ command: 'beanstalkd', args: ['-l', '127.0.0.1', '-p', String(port)] });
  await untilReady(server, () => demandPort(port));
  const connections: ReturnType<typeof connect>[] = [];
  return {
    address: `127.0.0.1:${port}`,
    // A reserved job is given back when its connection ends: connections stay open.
    send: async (...lines) => {
      const socket = connect({ port, host: '127.0.0.1' });
      connections.push(socket);
      await once(socket, 'connect');
      socket.setEncoding('utf8');
      let answers = '';
      for (const line of lines) {
        socket.write(`${line}\r\n`);
        answers += String((await once(socket, 'data'))[0]);
      }
      return answers;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of connections) socket.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}
