import { createProcessTarget } from '../../src/autoscaler/targets/drivers/process.ts';
import type { Guardian } from '../../src/autoscaler/targets/guardian.ts';
import type { ScaleTarget } from '../../src/autoscaler/targets/scale-target.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';

/** A program with a child of its own, which only its process group ties to it. */
const program = `
require('node:child_process').spawn('sleep', ['600'], { stdio: 'ignore' });
require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT, '127.0.0.1');
`;

/** Real processes of that program. */
export function openSoakTarget(guardian: Guardian, clock: Clock): ScaleTarget {
  return createProcessTarget({
    launch: {
      name: 'soak',
      namespace: 'default',
      command: [process.execPath, '-e', program],
      environment: [],
      workingDir: null,
      manifestFile: 'soak.yaml',
      listens: 'port',
      readinessProbe: null,
      terminationGracePeriodMs: 500,
      slots: 1,
    },
    clock,
    logger: silentLogger,
    guardian,
    drain: () => Promise.resolve(),
  });
}
