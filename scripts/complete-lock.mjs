// Adds to package-lock.json the optional packages of other platforms that npm left out because its registry did not hold
// them when the lock was written: `npm ci` refuses a lock without them, on every platform. Run after `npm install`.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const systems = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'win32',
  'sunos',
  'aix',
  'wasm32',
];

/** os, cpu and libc as the name of a native binding says them: `@x/binding-linux-arm64-musl`. */
function platformOf(name) {
  const words = name.split('/').at(-1).split('-');
  const at = words.findIndex((word) => systems.includes(word));
  if (at < 0) return {};
  const [system, cpu = '', libc] = words.slice(at);
  if (system === 'wasm32') return { cpu: ['wasm32'] };
  return {
    cpu: [cpu],
    os: [system],
    ...(system === 'linux' && (libc === 'musl' || libc?.startsWith('gnu'))
      ? { libc: [libc === 'musl' ? 'musl' : 'glibc'] }
      : {}),
  };
}

/** Entries that the lock should have and has not, by path. */
export function missingEntries(lock) {
  const missing = {};
  for (const entry of Object.values(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const path = `node_modules/${name}`;
      if (lock.packages[path]) continue;
      missing[path] = { version, ...platformOf(name), ...(entry.dev ? { dev: true } : {}), optional: true };
    }
  }
  return missing;
}

if (process.argv[1]?.endsWith('complete-lock.mjs')) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingEntries(lock);
  const packages = Object.fromEntries(
    Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
  writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
  console.log(`${Object.keys(missing).length} entries added`);
}
