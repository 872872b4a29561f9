import { constants } from 'node:fs';
import { access, open, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { kubernetesReleases } from '../../autoscaler/decision/scale-policy.ts';
import { toRouteSpecs } from '../../autoscaler/manifests/interceptor-route-specs.ts';
import type { ManifestSet } from '../../autoscaler/manifests/manifest-set.ts';
import { toTargetSpecs, type TargetSpec } from '../../autoscaler/manifests/target-spec.ts';
import { AppError } from '../../contract/app-error.ts';
import { manifestsToSimulate } from '../manifests-to-simulate.ts';
import { comparePolicies } from '../../simulator/compare.ts';
import { describeDistribution, parseDistribution } from '../../simulator/distribution.ts';
import { defaultModel, type Model } from '../../simulator/model.ts';
import { parseDuration } from '../../simulator/parse-duration.ts';
import { parseMetric } from '../../simulator/parse-metric.ts';
import { createRandom } from '../../simulator/random.ts';
import { parseWaitTarget, recommend } from '../../simulator/recommend.ts';
import type { Assumption, SimulationReport } from '../../simulator/report/simulation-report.ts';
import { textReport } from '../../simulator/report/text-report.ts';
import { policyNames, type PolicyName, type Scenario } from '../../simulator/scenario.ts';
import { gatewayMetricNames } from '../../simulator/simulated-metrics.ts';
import { parseSweep, runSweep } from '../../simulator/sweep.ts';
import { loadTraceFile } from '../../simulator/traces/load-trace.ts';
import type { LoadedTrace } from '../../simulator/traces/trace-loader.ts';
import { fileProblem } from '../file-problem.ts';
import { createProgressBar, terminalOutput } from '../progress-bar.ts';
import { flagsWithoutEffect, neverWoken, settingsWithoutEffect } from './simulate-notes.ts';

/** Flags of `sluice simulate`, as written; durations are `2s`, `500ms`, `10m`, a bare number counts seconds. */
export interface SimulateFlags {
  readonly file: readonly string[];
  readonly trace: string;
  readonly traceFormat?: string;
  readonly traceTarget?: string;
  readonly interval?: string;
  readonly values?: string;
  readonly target?: string;
  readonly policies?: string;
  readonly slots?: number;
  readonly start: string;
  readonly startCapacity: number;
  readonly readinessPeriod: string;
  readonly service?: string;
  readonly serviceColumn?: string;
  readonly holdTimeout: string;
  readonly maxPending: number;
  readonly scrapeInterval: string;
  readonly metric?: string;
  readonly pollPhase: string;
  readonly hpaPhase?: string;
  readonly kubernetes?: string;
  readonly headroom: number;
  readonly idleDelay: string;
  readonly flapWindow: string;
  readonly price?: number;
  readonly seed: number;
  readonly sweep?: readonly string[];
  readonly waitTarget?: string;
  readonly json?: boolean;
  readonly html?: string;
}

/** Polls and syncs run through the quietest year too: a time written wrong must not take hours to be noticed. */
const maxSpanDays = 400;

const sweepable: readonly PolicyName[] = ['keda', 'instant', 'knative'];

/** `sluice simulate`: what a ScaledObject would do with a trace, and what else would do with it. */
export async function simulate(flags: SimulateFlags): Promise<void> {
  const points = flags.sweep ? parseSweep(flags.sweep) : null;
  const waitTarget = flags.waitTarget === undefined ? null : parseWaitTarget(flags.waitTarget);
  if (waitTarget !== null && points === null) {
    throw bad(
      'wait-target',
      'a --sweep to choose from',
      `--wait-target ${flags.waitTarget ?? ''} without one`,
    );
  }
  if (flags.html !== undefined) await checkWritable('html', flags.html);
  const policies = policiesOf(flags, points !== null);
  const { manifests, notes, spec } = await targetOf(flags);
  const trace = await traceOf(flags);
  const scenario: Scenario = {
    ...scenarioOf(flags, spec, trace),
    spec,
    manifests,
    routes: toRouteSpecs(manifests),
  };
  const bar = createProgressBar(terminalOutput());
  const progress = (done: number, total: number, label: string): void => bar.update(done, total, label);
  let report: SimulationReport;
  try {
    report = {
      version: 1,
      target: spec.name,
      requests: trace.arrivals.timesMs.length,
      spanSeconds: trace.arrivals.spanMs / 1000,
      assumptions: assumptionsOf(scenario, trace, flags),
      policies: points === null ? await comparePolicies(scenario, { policies, progress }) : [],
      sweep: null,
      warnings: [
        ...notes,
        ...trace.warnings,
        ...flagsWithoutEffect(flags, trace),
        ...settingsWithoutEffect(scenario, points ?? []),
      ],
    };
    if (points !== null) {
      const done = await runSweep(scenario, { points, policies, progress });
      report = { ...report, sweep: { ...recommend(done, waitTarget), points: done, waitTarget } };
    }
    const outcomes = [...report.policies, ...(report.sweep?.points.map(({ outcome }) => outcome) ?? [])];
    report = { ...report, warnings: [...report.warnings, ...neverWoken(outcomes)] };
  } finally {
    bar.clear();
  }
  // First what is on the terminal: a page that cannot be written must not cost a long run.
  process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : textReport(report));
  if (flags.html !== undefined) {
    const { htmlReport } = await import('../../simulator/report/html-report.ts');
    const { html } = flags;
    await writeFile(html, htmlReport(report, scenario.model.slots)).catch((error: unknown) => {
      throw fileProblem('html', html, error);
    });
  }
}

/** Before a long run: whether a file can be written, without making it. @throws AppError `invalid-argument` */
async function checkWritable(flag: string, file: string): Promise<void> {
  try {
    const handle = await open(file, 'r+').catch(async (error: unknown) => {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error;
      await access(dirname(file), constants.W_OK);
      return null;
    });
    await handle?.close();
  } catch (error) {
    throw fileProblem(flag, file, error);
  }
}

function policiesOf(flags: SimulateFlags, isSweep: boolean): readonly PolicyName[] {
  if (flags.policies === undefined) return isSweep ? ['keda', 'instant'] : policyNames;
  const names = flags.policies.split(',').map((name) => name.trim());
  const known: readonly PolicyName[] = isSweep ? sweepable : policyNames;
  const chosen = known.filter((name) => names.includes(name));
  const unknown = names.filter((name) => !known.some((other) => other === name));
  if (unknown.length === 0) return chosen;
  const which = isSweep ? 'policies that a sweep changes' : 'policies';
  throw bad('policies', `${which} out of ${known.join(', ')}`, unknown.join(', '));
}

async function targetOf(flags: SimulateFlags): Promise<{
  readonly manifests: ManifestSet;
  readonly spec: TargetSpec;
  readonly notes: readonly string[];
}> {
  const { manifests, notes } = await manifestsToSimulate(flags.file);
  const specs = toTargetSpecs(manifests);
  const names = specs.map(({ name }) => name);
  const found =
    flags.target === undefined && specs.length === 1
      ? specs[0]
      : specs.find(({ name, scaledObject }) => [name, scaledObject.name].includes(flags.target ?? ''));
  if (found) {
    const own = notes.filter((note) => note.includes(`"${found.name}"`));
    return { manifests, spec: found, notes: own };
  }
  if (names.length === 0) throw bad('file', 'manifests with a ScaledObject', 'none');
  throw bad('target', `one of ${names.join(', ')}`, flags.target ?? 'nothing');
}

async function traceOf(flags: SimulateFlags): Promise<LoadedTrace> {
  if (flags.values !== undefined && flags.values !== 'counter' && flags.values !== 'rate') {
    throw bad('values', 'counter or rate', flags.values);
  }
  const trace = await loadTraceFile(flags.trace, flags.traceFormat ?? null, {
    random: createRandom(flags.seed),
    target: flags.traceTarget ?? null,
    intervalMs: flags.interval === undefined ? null : positive('interval', flags.interval),
    durationColumn: flags.serviceColumn === undefined ? null : serviceColumn(flags.serviceColumn),
    values: flags.values ?? null,
  });
  if (trace.arrivals.timesMs.length === 0) {
    throw new AppError('invalid-argument', `No request arrives in ${flags.trace}.`, { param: 'trace' });
  }
  const days = trace.arrivals.spanMs / 86_400_000;
  if (days > maxSpanDays) {
    throw new AppError(
      'invalid-argument',
      `${flags.trace} spans ${Math.round(days)} days; expected at most ${maxSpanDays}. Are the times of its first and last line right? Otherwise cut it.`,
      { param: 'trace' },
    );
  }
  return trace;
}

type Assumed = Omit<Scenario, 'spec' | 'manifests' | 'routes'>;

function scenarioOf(flags: SimulateFlags, spec: TargetSpec, { arrivals }: LoadedTrace): Assumed {
  const bounds = { maxPending: flags.maxPending, maxPendingBytes: Number.MAX_SAFE_INTEGER };
  const model: Model = {
    target: spec.name,
    slots: flags.slots ?? spec.launch.slots,
    start: parseDistribution(flags.start, '--start'),
    startCapacity: flags.startCapacity,
    readinessPeriodMs: duration('readiness-period', flags.readinessPeriod),
    service:
      flags.service === undefined ? defaultModel.service : parseDistribution(flags.service, '--service'),
    hold: { perTarget: bounds, total: bounds, timeoutMs: duration('hold-timeout', flags.holdTimeout) },
    terminationGraceMs: spec.launch.terminationGracePeriodMs,
    seed: flags.seed,
  };
  return {
    arrivals,
    model,
    metrics: flags.metric === undefined ? gatewayMetricNames : parseMetric(flags.metric),
    scrapeIntervalMs: positive('scrape-interval', flags.scrapeInterval),
    pollPhaseMs: duration('poll-phase', flags.pollPhase),
    hpaPhaseMs: flags.hpaPhase === undefined ? null : duration('hpa-phase', flags.hpaPhase),
    ...(flags.kubernetes === undefined ? {} : { kubernetes: release(flags.kubernetes) }),
    instant: { headroomReplicas: flags.headroom, extraIdleMs: duration('idle-delay', flags.idleDelay) },
    flapWindowMs: duration('flap-window', flags.flapWindow),
    pricePerHour: flags.price ?? null,
  };
}

function assumptionsOf(scenario: Scenario, trace: LoadedTrace, flags: SimulateFlags): readonly Assumption[] {
  const { arrivals, model } = scenario;
  const drawn = describeDistribution(model.service);
  const isDrawn = flags.service === undefined && arrivals.durationsMs === null;
  const service =
    arrivals.durationsMs === null
      ? `${drawn}${isDrawn ? ' (assumed: say --service)' : ''}`
      : 'from the trace';
  const object = scenario.spec.scaledObject;
  return [
    { name: 'trace', value: trace.format },
    { name: 'service time', value: service },
    {
      name: 'replica',
      value: `${model.slots} slots, ready ${describeDistribution(model.start)} after its start, ${model.startCapacity} starting at once`,
    },
    {
      name: 'replicas',
      value: `${object.minReplicaCount ?? 0} to ${object.maxReplicaCount}, cooldown ${object.cooldownPeriodMs / 1000} s`,
    },
    {
      name: 'hold',
      value: `at most ${model.hold.perTarget.maxPending} requests for ${model.hold.timeoutMs / 1000} s`,
    },
    { name: 'seed', value: String(model.seed) },
  ];
}

function release(text: string): (typeof kubernetesReleases)[number] {
  const found = kubernetesReleases.find((known) => known === text);
  if (found) return found;
  throw bad('kubernetes', `one of ${kubernetesReleases.join(', ')}`, text);
}

/** `out_tokens*20ms`: what one unit of a column's sum takes. */
function serviceColumn(text: string): { readonly name: string; readonly msPerUnit: number } {
  const [, name = '', time = ''] = /^([^*]+)\*(.+)$/.exec(text) ?? [];
  const msPerUnit = parseDuration(time);
  if (name.trim() !== '' && msPerUnit !== null) return { name: name.trim(), msPerUnit };
  throw bad('service-column', 'a column and the time of one unit, such as out_tokens*20ms', text);
}

function duration(flag: string, text: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw bad(flag, 'a duration such as 2s, 500ms or 10m', text);
}

function positive(flag: string, text: string): number {
  const ms = duration(flag, text);
  if (ms > 0) return ms;
  throw bad(flag, 'a duration above 0', text);
}

function bad(flag: string, expected: string, received: string): AppError {
  return new AppError('invalid-argument', `--${flag}: expected ${expected}, received ${received}.`, {
    param: flag,
  });
}
