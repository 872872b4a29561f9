import { runPolicy, foresee } from '../src/simulator/run-policy.ts';
import type { PolicyName } from '../src/simulator/scenario.ts';
import { parseSweep, runSweep } from '../src/simulator/sweep.ts';
import type { BenchFigure, BenchReport } from './report.ts';
import { dailyArrivals, scenarioOf } from './simulated-scenario.ts';
import { median } from './statistics.ts';

// How long a day of one-second counts takes to simulate, and a month of them at 12 points, with its memory.

const policies: readonly PolicyName[] = ['keda', 'instant', 'knative', 'static', 'clairvoyant'];

/** Processor time of this process, all its threads: a machine that others share adds nothing to it. */
function processorMs(): number {
  const { system, user } = process.cpuUsage();
  return (system + user) / 1000;
}

export async function run(args: readonly string[]): Promise<BenchReport> {
  const days = Number(args[0] ?? 30);
  const perSecond = Number(args[1] ?? 2.4);
  const sweepPerSecond = Number(args[2] ?? 0.3);
  const day = await scenarioOf(dailyArrivals(1, perSecond, 7));
  const figures: BenchFigure[] = [
    { name: 'one day, counts of 1 s: arrivals', value: day.arrivals.timesMs.length },
  ];
  for (const name of policies) {
    const wall: number[] = [];
    const cpu: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const [startedMs, startedCpu] = [performance.now(), processorMs()];
      // What is foreseen is the whole work of the bound, and a part of the others'.
      await runPolicy(name, day, foresee(day));
      wall.push(performance.now() - startedMs);
      cpu.push(processorMs() - startedCpu);
    }
    figures.push(
      { name: `one day, ${name}: processor time, median of 3`, value: median(cpu), unit: 'ms' },
      { name: `one day, ${name}: elapsed, median of 3`, value: median(wall), unit: 'ms' },
    );
  }
  const month = await scenarioOf(dailyArrivals(days, sweepPerSecond, 11));
  const points = parseSweep(['threshold=0.5,1,2,5', 'cooldown=30,60,300']);
  for (const name of ['keda', 'instant'] as const) {
    const [startedMs, startedCpu] = [performance.now(), processorMs()];
    await runSweep(month, { points, policies: [name] });
    figures.push(
      {
        name: `${days} days, ${points.length} points, ${name}: processor time`,
        value: (processorMs() - startedCpu) / 1000,
        unit: 's',
      },
      {
        name: `${days} days, ${points.length} points, ${name}: elapsed`,
        value: (performance.now() - startedMs) / 1000,
        unit: 's',
      },
    );
  }
  figures.push(
    { name: `${days} days: arrivals`, value: month.arrivals.timesMs.length },
    { name: 'most memory resident', value: process.resourceUsage().maxRSS / 1024, unit: 'MB' },
  );
  return {
    scenario: 'simulate',
    figures,
    notes: [
      'the built-in manifest; service lognormal, median 1 s; PromQL evaluated at every poll and sync',
      'processor time counts all threads (garbage collection, compilation); elapsed depends on what else the machine does',
    ],
  };
}
