// Prepares a fresh clone: dependencies, the right Node, the build. Plain JavaScript for any Node >= 20,
// so it runs before anything is installed. Every step is skipped when its inputs have not changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldestNode = 24;
const runtimeDir = join(root, 'scripts', 'node-runtime');
const isWindows = process.platform === 'win32';

const say = (text) => process.stderr.write(`sluice set-up: ${text}\n`);

function fail(text) {
  say(text);
  process.exit(1);
}

function npm(args, cwd, what) {
  say(`${what} (npm ${args.join(' ')}) …`);
  const started = Date.now();
  const done = spawnSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'pipe'], shell: isWindows });
  if (done.status !== 0) {
    process.stderr.write(done.stderr ?? '');
    fail(
      `"npm ${args.join(' ')}" failed in ${cwd}. Is the package registry reachable? Then run the command again.`,
    );
  }
  say(`${what}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** A stamp beside what a step made: the step runs again only when the stamp differs. */
function once(stampFile, stamp, step) {
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  step();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

const fileHash = (...files) => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(file));
  return hash.digest('hex');
};

function dependencies() {
  const lock = join(root, 'package-lock.json');
  const stampFile = join(root, 'node_modules', '.sluice-stamp');
  // --include=dev: the build needs the compiler even where NODE_ENV says production.
  once(stampFile, fileHash(lock), () =>
    npm(['ci', '--include=dev', '--no-audit', '--no-fund'], root, 'dependencies'),
  );
}

/** The Node that Sluice runs on: this one if it is new enough, else the pinned one from the registry. */
export function node() {
  if (Number(process.versions.node.split('.')[0]) >= oldestNode) return process.execPath;
  const binary = join(runtimeDir, 'node_modules', '.bin', isWindows ? 'node.cmd' : 'node');
  const lock = join(runtimeDir, 'package-lock.json');
  once(join(runtimeDir, 'node_modules', '.sluice-stamp'), fileHash(lock), () => {
    npm(['ci', '--no-audit', '--no-fund'], runtimeDir, `Node 26 (this machine has ${process.versions.node})`);
    // The packages are optional, one per platform: npm is silent when the fitting one could not be had.
    if (!existsSync(binary)) {
      fail(
        `no pinned Node for ${process.platform}-${process.arch}. Install Node ${oldestNode} or newer and run again.`,
      );
    }
  });
  return binary;
}

const sourceFiles = (dir) =>
  readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return entry.name.endsWith('.test.ts') ? [] : [path];
  });

function build(nodeBinary) {
  const files = ['src', 'web'].flatMap((dir) => sourceFiles(join(root, dir)));
  files.push(join(root, 'scripts', 'build.mjs'), join(root, 'package-lock.json'));
  const stamp = createHash('sha256');
  for (const file of files) {
    const { mtimeMs, size } = statSync(file);
    stamp.update(`${file}:${mtimeMs}:${size};`);
  }
  once(join(root, 'dist', '.stamp'), stamp.digest('hex'), () => {
    say('build …');
    const started = Date.now();
    const done = spawnSync(nodeBinary, [join(root, 'scripts', 'build.mjs')], { cwd: root, stdio: 'inherit' });
    if (done.status !== 0) fail('the build failed; the messages above say where.');
    say(`build: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  });
}

const lockFile = join(root, '.cache', 'set-up.lock');
const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** One set-up at a time: `npm start` and `npm test` side by side must not install into each other. */
function alone(work) {
  const cannotWrite = ({ message }) =>
    fail(
      `cannot write ${lockFile} (${message}). Run it as the owner of this folder, or in a copy of your own.`,
    );
  try {
    mkdirSync(dirname(lockFile), { recursive: true });
  } catch (error) {
    cannotWrite(error);
  }
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') cannotWrite(error);
      const holder = Number(existsSync(lockFile) ? readFileSync(lockFile, 'utf8') : 0);
      if (holder > 0 && !isAlive(holder)) rmSync(lockFile, { force: true });
      else if (!waited) say(`waiting for another set-up (process ${holder}) …`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  const release = () => rmSync(lockFile, { force: true });
  process.once('exit', release);
  try {
    return work();
  } finally {
    release();
    process.off('exit', release);
  }
}

/** Runs every step that is due. @returns path of the Node binary to run Sluice with. */
export function setUp() {
  return alone(() => {
    const binary = node();
    // npm installs for the Node it runs under, so dependencies come after the right Node is known.
    process.env.PATH = `${dirname(binary)}${isWindows ? ';' : ':'}${process.env.PATH ?? ''}`;
    dependencies();
    build(binary);
    return binary;
  });
}
