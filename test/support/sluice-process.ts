import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The built programs; `npm test` and `npm run bench` build them first. */
export const programs = {
  sluice: join(root, 'dist', 'node', 'sluice.js'),
  replica: join(root, 'dist', 'node', 'replica.js'),
  worker: join(root, 'dist', 'node', 'worker.js'),
  examples: join(root, 'examples', 'documents'),
};

/** A `sluice up` of its own, on free ports and an empty data directory. */
export interface SluiceProcess extends AsyncDisposable {
  readonly url: string;
  readonly adminUrl: string;
  readonly dataDir: string;
  readonly child: ChildProcess;
  /** What it has written to stderr so far. */
  log(): string;
  /** Sends the signal and waits for the exit. @returns exit code, or null when a signal ended it. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

export interface SluiceProcessOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Kept when given; else a new one, removed at the end. */
  readonly dataDir?: string;
  /** YAML to run instead of the built-in manifest. */
  readonly manifest?: string;
}

/** Environment without anything that would make this run differ from another. */
export function cleanEnvironment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !/^(SLUICE_|OPENAI_|NODE_OPTIONS|NODE_TEST_CONTEXT)/.test(name))
      env[name] = value;
  }
  return env;
}

/** A folder of the operating system's temporary one. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'sluice-'));

/** Starts `sluice up` and resolves when it listens. Rejects with its stderr when it ends before that. */
export async function startSluice(options: SluiceProcessOptions = {}): Promise<SluiceProcess> {
  if (!existsSync(programs.sluice)) throw new Error('dist/ is missing: run "npm run build" first');
  const dataDir = options.dataDir ?? temporaryFolder();
  const args = ['up', '--port', '0', '--admin-port', '0', '--data-dir', dataDir, '--json'];
  if (options.manifest !== undefined) {
    const file = join(dataDir, 'manifest.yaml');
    writeFileSync(file, options.manifest);
    args.push('--file', file);
  }
  args.push(...(options.args ?? []));
  const child = spawn(process.execPath, [programs.sluice, ...args], {
    cwd: dataDir,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const first = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void exited.then((code) => {
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      reject(new Error(`sluice up ended with ${code}:\n${log}`));
    });
  });
  const { url, admin } = JSON.parse(first) as { url: string; admin: string };
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exited;
  };
  return {
    url,
    adminUrl: admin,
    dataDir,
    child,
    log: () => log,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop('SIGTERM');
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Asks again until the answer is truthy. @throws Error after `timeoutMs`, naming what was waited for. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false>,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
