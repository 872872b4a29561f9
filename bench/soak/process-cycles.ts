import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createGuardian } from '../../src/autoscaler/targets/guardian.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { descendantsOf, stillRunning } from '../../test/journeys/support/processes.ts';
import { eventually } from '../../test/support/sluice-process.ts';
import { openSoakTarget } from './open-soak-target.ts';

export interface CyclesOutcome {
  /** Processes seen, children of replicas and guardians included. */
  readonly started: number;
  /** Of these, still there at the end. */
  readonly left: number;
  readonly elapsedMs: number;
}

/**
 * By turns: up to three and down to zero; up, a replica killed from outside, and disposed of while it starts again; a
 * whole parent killed with -9, so that only its guardian is left to clean up.
 */
export async function runProcessCycles(cycles: number): Promise<CyclesOutcome> {
  const startedMs = performance.now();
  const seen = new Set<number>();
  const note = (parent: number): void => {
    for (const { pid } of descendantsOf(parent)) seen.add(pid);
  };
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    if (cycle % 3 === 2) await killParent(note, seen);
    else await inThisProcess(cycle % 3 === 1, note);
  }
  // A killed parent's guardian gives its children a moment.
  await eventually('every process to end', async () => stillRunning([...seen]).length === 0, 5000).catch(
    () => {
      // What is left is the figure.
    },
  );
  return {
    started: seen.size,
    left: stillRunning([...seen]).length,
    elapsedMs: performance.now() - startedMs,
  };
}

async function inThisProcess(withKill: boolean, note: (parent: number) => void): Promise<void> {
  await using guardian = createGuardian({ logger: silentLogger });
  await using target = openSoakTarget(guardian, systemClock);
  target.scaleTo(3, []);
  await eventually('three replicas', async () => target.replicas().every(({ state }) => state === 'ready'));
  note(process.pid);
  if (withKill) {
    const pid = target.replicas()[0]?.pid;
    if (typeof pid === 'number') process.kill(pid, 'SIGKILL');
    await eventually('it to start again', async () => target.replicas().some(({ restarts }) => restarts > 0));
    note(process.pid);
    return;
  }
  target.scaleTo(0, []);
  await eventually('zero replicas', async () => target.replicas().length === 0);
}

async function killParent(note: (parent: number) => void, seen: Set<number>): Promise<void> {
  const parent = spawn(process.execPath, [join(import.meta.dirname, 'process-parent.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (parent.pid === undefined) throw new Error('the parent did not start');
  seen.add(parent.pid);
  await once(parent.stdout, 'data');
  note(parent.pid);
  const exited = once(parent, 'exit');
  parent.kill('SIGKILL');
  await exited;
}
