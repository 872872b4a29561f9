// Runs three replicas with a guardian, says so, and waits to be killed.
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { createGuardian } from '../../src/autoscaler/targets/guardian.ts';
import { openSoakTarget } from './open-soak-target.ts';

const target = openSoakTarget(createGuardian({ logger: silentLogger, graceMs: 300 }), systemClock);
target.onChange(() => {
  const replicas = target.replicas();
  if (replicas.length === 3 && replicas.every(({ state }) => state === 'ready'))
    process.stdout.write('ready\n');
});
target.scaleTo(3, []);
process.stdin.resume();
