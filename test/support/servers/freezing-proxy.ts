import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { listenLocally } from './listen-locally.ts';

/** A way to a server that can fall silent while its connections stay. */
export interface FreezingProxy extends AsyncDisposable {
  readonly port: number;
  /** Connections that are open to it. */
  readonly open: ReadonlySet<Socket>;
  freeze(): void;
}

export async function startFreezingProxy(serverPort: number): Promise<FreezingProxy> {
  const open = new Set<Socket>();
  let isFrozen = false;
  const server = createServer((near) => {
    const far = connect(serverPort, '127.0.0.1');
    open.add(near);
    near.on('data', (piece) => (isFrozen ? undefined : far.write(piece)));
    far.on('data', (piece) => (isFrozen ? undefined : near.write(piece)));
    near.on('error', () => {});
    far.on('error', () => {});
    far.on('close', () => near.destroy());
    near.on('close', () => {
      open.delete(near);
      far.destroy();
    });
  });
  const port = await listenLocally(server);
  return {
    port,
    open,
    freeze: () => {
      isFrozen = true;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}
