import { execFileSync } from 'node:child_process';
import { readdirSync, existsSync, writeFileSync } from 'node:fs';
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

const root = '/usr/lib/postgresql';
const user = 'postgres';

/** The newest installed PostgreSQL's programs; a path that does not exist when there is none. */
export function postgresProgram(name: string): string {
  const versions = existsSync(root) ? readdirSync(root).map(Number) : [];
  return path.join(root, String(Math.max(0, ...versions)), 'bin', name);
}

/** A PostgreSQL with the user `keda` (SCRAM) and the database `jobs`. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  readonly password: string;
}

/** @param certificates TLS besides plain connections; users of `keda` may show a certificate. */
export async function startPostgres(password: string, certificates?: Certificates): Promise<PostgresServer> {
  const folder = serverFolder(user);
  const port = await freePort();
  const file = path.join(folder, 'password');
  writeFileSync(file, password, { mode: 0o644 });
  const run = { ...idsOf(user), cwd: folder, stdio: 'pipe' } as const;
  const data = path.join(folder, 'data');
  execFileSync(
    postgresProgram('initdb'),
    ['-D', data, '-U', 'keda', '-A', 'scram-sha-256', `--pwfile=${file}`, '-E', 'UTF8', '--no-sync'],
    run,
  );
  const files = certificates?.filesFor(user);
  const settings = [
    'fsync=off',
    ...(files
      ? ['ssl=on', `ssl_cert_file=${files.cert}`, `ssl_key_file=${files.key}`, `ssl_ca_file=${files.ca}`]
      : []),
  ];
  const server = startProcess({
    command: postgresProgram('postgres'),
    args: [
      '-D',
      data,
      '-p',
      String(port),
      '-k',
      folder,
      '-h',
      // Two addresses, of which the certificates name one.
      '127.0.0.1,127.0.0.2',
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
    user,
    cwd: folder,
  });
  await untilReady(server, async () => {
    await demandPort(port);
    execFileSync(
      postgresProgram('psql'),
      ['-h', '127.0.0.1', '-p', String(port), '-U', 'keda', '-d', 'postgres', '-c', 'CREATE DATABASE jobs'],
      { env: { PGPASSWORD: password, PATH: '/usr/bin:/bin' }, stdio: 'pipe' },
    );
  });
  return {
    port,
    password,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      removeFolder(folder);
    },
  };
}
