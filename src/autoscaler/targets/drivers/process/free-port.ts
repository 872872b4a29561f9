import { createServer } from 'node:net';
import { AppError } from '../../../../contract/app-error.ts';

/** Ports handed out lately: the kernel may offer one again before its replica listens on it. */
const recent: number[] = [];
const remembered = 64;

/** A free port on loopback. Somebody else may take it before the replica does; the replica then fails and is started again with another. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const port = await offeredPort();
    if (recent.includes(port)) continue;
    recent.push(port);
    if (recent.length > remembered) recent.shift();
    return port;
  }
  throw new AppError('unavailable', 'There is no free port on 127.0.0.1 for another replica.');
}

function offeredPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new AppError('internal', 'A listening server has no address.'));
      });
    });
  });
}
