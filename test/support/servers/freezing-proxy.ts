import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

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
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
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
