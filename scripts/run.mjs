// What `npm start`, `npm test` and the other scripts run: set-up first, then the command on the right Node.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

const [command = '', ...rest] = process.argv.slice(2);
const tool = (name) => join(root, 'node_modules', '.bin', name);

const commands = {
  start: (node) => [[node, [join(root, 'bin', 'sluice.mjs'), 'up', ...rest]]],
  test: (node) => [[node, [join(root, 'scripts', 'test.mjs'), ...rest]]],
  bench: (node) => [[node, [join(root, 'bench', 'main.ts'), ...rest]]],
  build: () => [],
  format: () => [[tool('oxfmt'), [root]]],
  check: (node) => [
    [tool('tsc'), ['-p', root]],
    [tool('tsc'), ['-p', join(root, 'web')]],
    [tool('oxlint'), ['--type-aware', '--deny-warnings', root]],
    [tool('oxfmt'), ['--check', root]],
    [tool('knip'), []],
    [node, ['--test', join(root, 'test', 'rooms.test.ts')]],
  ],
};

function run([binary, args]) {
  return new Promise((resolve) => {
    const child = spawn(binary, args, { cwd: root, stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward);
    child.on('error', (error) => {
      process.stderr.write(`${binary}: ${error.message}\n`);
      resolve(1);
    });
    child.on('exit', (code, signal) => resolve(signal ? 128 + 15 : (code ?? 1)));
  });
}

if (!Object.hasOwn(commands, command)) {
  process.stderr.write(
    `scripts/run.mjs: expected one of ${Object.keys(commands).join(', ')}; received "${command}"\n`,
  );
  process.exit(2);
}
for (const step of commands[command](setUp())) {
  const code = await run(step);
  if (code !== 0) process.exit(code);
}
