#!/usr/bin/env node
// The `sluice` command. Plain JavaScript, so that an older Node can still say what is wrong or hand over.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, 'dist', 'node', 'sluice.js');

if (Number(process.versions.node.split('.')[0]) < 24 || !existsSync(main)) {
  const setup = join(root, 'scripts', 'setup.mjs');
  if (!existsSync(setup)) {
    process.stderr.write(`sluice: needs Node 24 or newer, this is ${process.versions.node}.\n`);
    process.exit(1);
  }
  const { setUp } = await import(setup);
  const node = setUp();
  if (node !== process.execPath) {
    const { spawn } = await import('node:child_process');
    const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => process.exit(signal ? 143 : (code ?? 1)));
  } else {
    await import(main);
  }
} else {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache?.(process.env.NODE_COMPILE_CACHE ?? join(root, '.cache', 'compile'));
  await import(main);
}
