import { once } from 'node:events';
import type { Server } from 'node:net';

/** Listens on a port of 127.0.0.1 that the system gives. @returns the port. */
export async function listenLocally(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server listens on no port.');
  return address.port;
}
