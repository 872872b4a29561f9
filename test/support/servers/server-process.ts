import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

/** A program that a test has started. */
export interface ServerProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** What it has written so far, for messages. */
  log(): string;
}

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The account it runs as when the tests run as root; some servers refuse root. */
  readonly user?: string;
}

/** Below the ports that a system gives by itself (32768 on Linux, 49152 elsewhere). */
const firstPort = 10_000;
const lastPort = 32_000;

/**
 * A port that nobody listens on. By chance, and not one that the system would give: between the moment it is found and
 * the one it is used, no connection and no server of another test gets it.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = randomInt(firstPort, lastPort);
    const server = createServer().listen(port, host);
    try {
      await once(server, 'listening');
    } catch {
      // Somebody listens there.
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** A folder of the operating system's temporary one, which `user` may write when the tests run as root. */
export function serverFolder(user?: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-server-'));
  const ids = idsOf(user);
  if (ids) chownSync(folder, ids.uid, ids.gid);
  else chmodSync(folder, 0o700);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Account and group of a name; null when the tests do not run as root, or there is no such account. */
export function idsOf(user: string | undefined): { readonly uid: number; readonly gid: number } | null {
  if (user === undefined || process.getuid?.() !== 0) return null;
  const number = (flag: string): number => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: number('-u'), gid: number('-g') };
}

let endsOnSignal = false;

/** A test process that is told to end still ends what it has started. */
function endOnSignal(): void {
  if (endsOnSignal) return;
  endsOnSignal = true;
  process.once('SIGTERM', () => process.exit(143));
  process.once('SIGINT', () => process.exit(130));
}

/** Starts a program in a process group of its own; the whole group is ended with it. */
export function startProcess({ args, command, cwd, env, user }: ServerCommand): ServerProcess {
  const child = spawn(command, args, {
    cwd: cwd ?? tmpdir(),
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...idsOf(user),
  });
  let log = '';
  const keep = (text: string): void => {
    log = (log + text).slice(-20_000);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  child.once('error', (error) => keep(String(error)));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // Nobody of the group is left.
    }
  };
  const last = (): void => signal('SIGKILL');
  process.once('exit', last);
  endOnSignal();
  return {
    child,
    log: () => log,
    [Symbol.asyncDispose]: async () => {
      process.off('exit', last);
      if (child.exitCode === null && child.signalCode === null) {
        signal('SIGTERM');
        const timer = setTimeout(() => signal('SIGKILL'), 5000);
        await exited;
        clearTimeout(timer);
      }
      signal('SIGKILL');
    },
  };
}

/** Asks again until it does not throw. @throws Error with the last reason and the program's log. */
export async function untilReady<T>(
  server: ServerProcess,
  ask: () => Promise<T>,
  timeoutMs = 45_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (server.child.exitCode !== null || performance.now() > deadline) {
        await server[Symbol.asyncDispose]();
        throw new Error(`${server.child.spawnfile} is not ready: ${String(error)}\n${server.log()}`, {
          cause: error,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Rejects unless somebody listens. */
export async function demandPort(port: number, host = '127.0.0.1'): Promise<void> {
  const socket = connect({ port, host });
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

/** Where a program is found; null when it is not installed. */
export function findProgram(...candidates: readonly string[]): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  for (const candidate of candidates) {
    if (path.isAbsolute(candidate)) {
      if (existsSync(candidate)) return candidate;
      continue;
    }
    const folder = folders.find((folder) => existsSync(path.join(folder, candidate)));
    if (folder !== undefined) return path.join(folder, candidate);
  }
  return null;
}

/**
 * A server for one test file, ended after its tests. Where it is not installed the file has one skipped test that says
 * so; with SLUICE_REQUIRE_SERVICES set it fails instead.
 */
export async function serverOrSkip<Server extends AsyncDisposable>(
  what: string,
  debianPackage: string,
  programs: readonly string[],
  start: () => Promise<Server>,
): Promise<Server | null> {
  const missing = programs.filter((program) => findProgram(program) === null);
  if (missing.length > 0) {
    const reason = `${missing.join(', ')} is not installed (Debian package ${debianPackage})`;
    if (process.env['SLUICE_REQUIRE_SERVICES']) throw new Error(`${what}: ${reason}`);
    test(what, { skip: reason }, () => {});
    return null;
  }
  const server = await start();
  after(() => server[Symbol.asyncDispose]());
  return server;
}
