import type { PricedOutcome } from '../../simulator/compare.ts';
import type { Scenario } from '../../simulator/scenario.ts';
import { applySettings, type SweepSettings } from '../../simulator/sweep.ts';
import type { LoadedTrace } from '../../simulator/traces/trace-loader.ts';
import type { SimulateFlags } from './simulate.ts';

/** Flags that say how a trace is to be read, the beginning of the format that knows them, and its name. */
const ofOneFormat: readonly (readonly [
  flag: keyof SimulateFlags,
  written: string,
  format: string,
  name: string,
])[] = [
  ['traceTarget', '--trace-target', 'recorded', 'recorded arrivals'],
  ['interval', '--interval', 'CSV', 'a CSV of counts'],
  ['serviceColumn', '--service-column', 'CSV', 'a CSV of counts'],
  ['values', '--values', 'Prometheus', 'Prometheus range data'],
];

/** What of the flags has no effect on this trace, a sentence each. */
export function flagsWithoutEffect(flags: SimulateFlags, trace: LoadedTrace): readonly string[] {
  const notes = ofOneFormat.flatMap(([flag, written, format, name]) =>
    flags[flag] === undefined || trace.format.startsWith(format)
      ? []
      : [`${written} has no effect: it is for ${name}, the trace is ${trace.format}.`],
  );
  const { durationsMs } = trace.arrivals;
  if (flags.service === undefined || durationsMs === null) return notes;
  const unknown = durationsMs.filter((ms) => Number.isNaN(ms)).length;
  return [
    ...notes,
    unknown === 0
      ? '--service has no effect: the trace says how long each request took.'
      : `--service is used for ${unknown} of ${durationsMs.length} requests; of the others the trace says how long they took.`,
  ];
}

/** Policies under which no replica was ever started: their saving is none, for nobody was answered. */
export function neverWoken(outcomes: readonly PricedOutcome[]): readonly string[] {
  const policies = [...new Set(outcomes.map(({ policy }) => policy))];
  return policies.flatMap((policy) => {
    const runs = outcomes.filter((outcome) => outcome.policy === policy);
    const asleep = runs.filter(({ completed, mostReplicas }) => completed === 0 && mostReplicas === 0);
    if (asleep.length === 0) return [];
    const where = runs.length === 1 ? '' : `at ${asleep.length} of ${runs.length} points `;
    // What is known of its triggers says more than a guess.
    const advice = asleep.every(({ notes }) => notes.length === 0)
      ? ' Look at its activation threshold; sluice lint says what one request can reach.'
      : '';
    return [
      `${policy}: ${where}no replica was ever started and no request was answered, for no trigger became active.${advice}`,
    ];
  });
}

/** Names of a sweep that change nothing about this target, whatever their value: a threshold where no trigger has one. */
export function settingsWithoutEffect(
  scenario: Scenario,
  points: readonly SweepSettings[],
): readonly string[] {
  const written = ({ instant, model, routes, spec }: Scenario): string =>
    JSON.stringify([spec, model, instant, routes]);
  return Object.keys(points[0] ?? {}).flatMap((name) => {
    const values = [...new Set(points.map((point) => point[name] ?? 0))];
    const outcomes = new Set(values.map((value) => written(applySettings(scenario, { [name]: value }))));
    return values.length > 1 && outcomes.size === 1
      ? [`--sweep ${name} has no effect: nothing of ${scenario.spec.name} has it.`]
      : [];
  });
}
