import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Certificates } from './certificates.ts';
import {
  demandPort,
  freePort,
  idsOf,
  removeFolder,
  serverFolder,
  startProcess,
  untilReady,
} from './server-process.ts';

const user = 'mysql';

/** A MariaDB with the user `keda` and the database `jobs`. */
export interface MariadbServer extends AsyncDisposable {
  readonly port: number;
  readonly socket: string;
}

/** @param certificates TLS besides plain connections. */
export async function startMariadb(password: string, certificates?: Certificates): Promise<MariadbServer> {
  const folder = serverFolder(user);
  const port = await freePort();
  const data = path.join(folder, 'data');
  execFileSync(
    'mariadb-install-db',
    [
      '--no-defaults',
      `--datadir=${data}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...(idsOf(user) ? [`--user=${user}`] : []),
    ],
    { stdio: 'pipe', cwd: folder },
  );
  const init = path.join(folder, 'init.sql');
  writeFileSync(
    init,
    `CREATE DATABASE jobs;\nCREATE USER 'keda'@'%' IDENTIFIED BY '${password}';\nGRANT ALL ON jobs.* TO 'keda'@'%';\n`,
    { mode: 0o644 },
  );
  const socket = path.join(folder, 'sock');
  const files = certificates?.filesFor(user);
  const server = startProcess({
    command: 'mariadbd',
    args: [
      '--no-defaults',
      `--datadir=${data}`,
      `--port=${port}`,
      `--socket=${socket}`,
      // Two addresses, of which the certificates name one.
      '--bind-address=127.0.0.1,127.0.0.2',
      `--pid-file=${folder}/pid`,
      `--init-file=${init}`,
      '--skip-name-resolve',
      ...(files ? [`--ssl-cert=${files.cert}`, `--ssl-key=${files.key}`, `--ssl-ca=${files.ca}`] : []),
    ],
    user,
    cwd: folder,
  });
  await untilReady(server, () => demandPort(port));
  return {
    port,
    socket,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      removeFolder(folder);
    },
  };
}
