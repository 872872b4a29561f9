import { AppError } from '../contract/app-error.ts';
import type { RouteSpec } from '../autoscaler/manifests/interceptor-route-specs.ts';
import type { TriggerSpec } from '../autoscaler/manifests/scaled-object.ts';
import { priced, type PricedOutcome } from './compare.ts';
import { parseDuration } from './parse-duration.ts';
import { foresee, runPolicy } from './run-policy.ts';
import type { PolicyName, Scenario } from './scenario.ts';

/** What is changed from point to point, by name, in the unit of the flag: seconds or counts. */
export type SweepSettings = Readonly<Record<string, number>>;

/** One combination under one policy. */
export interface SweepPoint {
  readonly settings: SweepSettings;
  readonly outcome: PricedOutcome;
}

type Apply = (scenario: Scenario, value: number) => Scenario;

const withObject =
  (change: (value: number) => Partial<Scenario['spec']['scaledObject']>): Apply =>
  (scenario, value) => ({
    ...scenario,
    spec: { ...scenario.spec, scaledObject: { ...scenario.spec.scaledObject, ...change(value) } },
  });

const withMetadata =
  (key: string): Apply =>
  (scenario, value) => {
    const change = (trigger: TriggerSpec): TriggerSpec =>
      trigger.metadata['threshold'] === undefined
        ? trigger
        : { ...trigger, metadata: { ...trigger.metadata, [key]: String(value) } };
    const { scaledObject } = scenario.spec;
    return {
      ...scenario,
      spec: {
        ...scenario.spec,
        scaledObject: { ...scaledObject, triggers: scaledObject.triggers.map(change) },
      },
    };
  };

type ScalingMetric = RouteSpec['objects'][number]['scalingMetric'];

/** Changes what routes of the HTTP add-on scale by. */
const withMetric =
  (change: (metric: ScalingMetric, value: number) => ScalingMetric): Apply =>
  (scenario, value) => ({
    ...scenario,
    routes: (scenario.routes ?? []).map((route) => ({
      ...route,
      objects: route.objects.map((object) => ({
        ...object,
        scalingMetric: change(object.scalingMetric, value),
      })),
    })),
  });

/** What a value may be. */
interface Unit {
  /** Completes "expected …". */
  readonly words: string;
  /** NaN for what is no value at all. */
  readonly read: (item: string) => number;
  readonly holds: (value: number) => boolean;
}

const toNumber = (item: string): number => Number(item.trim() || Number.NaN);
const toSeconds = (item: string): number => (parseDuration(item) ?? Number.NaN) / 1000;
const seconds: Unit = { words: 'seconds or durations', read: toSeconds, holds: (value) => value >= 0 };
const seconds1: Unit = { words: 'at least 1 second', read: toSeconds, holds: (value) => value >= 1 };
const number: Unit = { words: 'numbers >= 0', read: toNumber, holds: (value) => value >= 0 };
const above0: Unit = { words: 'numbers above 0', read: toNumber, holds: (value) => value > 0 };
const count: Unit = {
  words: 'whole numbers >= 0',
  read: toNumber,
  holds: (value) => Number.isInteger(value) && value >= 0,
};
const count1: Unit = {
  words: 'whole numbers >= 1',
  read: toNumber,
  holds: (value) => Number.isInteger(value) && value >= 1,
};

/** Names a sweep knows. */
const knobs: Readonly<Record<string, { readonly unit: Unit; readonly apply: Apply }>> = {
  threshold: { unit: above0, apply: withMetadata('threshold') },
  activationThreshold: { unit: number, apply: withMetadata('activationThreshold') },
  concurrency: {
    unit: above0,
    apply: withMetric((metric, value) =>
      metric.concurrency === null ? metric : { ...metric, concurrency: value },
    ),
  },
  requestRate: {
    unit: above0,
    apply: withMetric((metric, value) =>
      metric.requestRate ? { ...metric, requestRate: { ...metric.requestRate, target: value } } : metric,
    ),
  },
  cooldown: { unit: seconds, apply: withObject((value) => ({ cooldownPeriodMs: value * 1000 })) },
  pollingInterval: { unit: seconds1, apply: withObject((value) => ({ pollingIntervalMs: value * 1000 })) },
  minReplicas: { unit: count, apply: withObject((value) => ({ minReplicaCount: value })) },
  maxReplicas: { unit: count1, apply: withObject((value) => ({ maxReplicaCount: value })) },
  stabilization: {
    unit: seconds,
    apply: (scenario, value) => {
      const { behavior } = scenario.spec.scaledObject;
      const scaleDown = { ...behavior?.scaleDown, stabilizationWindowSeconds: value };
      return withObject(() => ({ behavior: { ...behavior, scaleDown } }))(scenario, value);
    },
  },
  slots: {
    unit: count1,
    apply: (scenario, value) => ({ ...scenario, model: { ...scenario.model, slots: value } }),
  },
  headroom: {
    unit: count,
    apply: (scenario, value) => ({
      ...scenario,
      instant: { ...scenario.instant, headroomReplicas: value },
    }),
  },
  idleDelay: {
    unit: seconds,
    apply: (scenario, value) => ({
      ...scenario,
      instant: { ...scenario.instant, extraIdleMs: value * 1000 },
    }),
  },
};

const maxPoints = 1000;

/** `['threshold=1,2,5', 'cooldown=30,60,5m']` as all combinations, the last name changing fastest. */
export function parseSweep(texts: readonly string[]): readonly SweepSettings[] {
  let points: SweepSettings[] = [{}];
  for (const text of texts) {
    const [, name = '', list = ''] = /^([A-Za-z]+)=(.+)$/.exec(text.trim()) ?? [];
    const knob = Object.hasOwn(knobs, name) ? knobs[name] : undefined;
    if (knob === undefined) {
      throw invalid(`expected name=value,value with a name out of ${Object.keys(knobs).join(', ')}`, text);
    }
    if (points.some((point) => Object.hasOwn(point, name))) throw invalid(`expected ${name} once`, text);
    const values = list.split(',').map((item) => valueOf(item, knob.unit, text));
    points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
    if (points.length > maxPoints) throw invalid(`expected at most ${maxPoints} combinations`, text);
  }
  return points;
}

function valueOf(item: string, unit: Unit, text: string): number {
  const value = unit.read(item);
  if (unit.holds(value)) return value;
  throw invalid(`expected ${unit.words}`, text);
}

const invalid = (expected: string, received: string): AppError =>
  new AppError('invalid-argument', `--sweep: ${expected}, received "${received}".`, { param: 'sweep' });

/** The scenario with these settings in place of its own. */
export function applySettings(scenario: Scenario, settings: SweepSettings): Scenario {
  let changed = scenario;
  for (const [name, value] of Object.entries(settings))
    changed = knobs[name]?.apply(changed, value) ?? changed;
  const { maxReplicaCount, minReplicaCount } = changed.spec.scaledObject;
  if ((minReplicaCount ?? 0) > maxReplicaCount) {
    throw invalid(
      `expected minReplicas <= maxReplicas (${maxReplicaCount})`,
      `minReplicas=${minReplicaCount}`,
    );
  }
  return changed;
}

export interface SweepOptions {
  readonly points: readonly SweepSettings[];
  /** `keda`, `instant` or `knative`; the others have no settings. */
  readonly policies: readonly PolicyName[];
  /** @param done and @param total runs, parts of one included. */
  readonly progress?: (done: number, total: number, label: string) => void;
  readonly signal?: AbortSignal;
}

/** Runs every point under every policy, points outermost. */
export async function runSweep(scenario: Scenario, options: SweepOptions): Promise<readonly SweepPoint[]> {
  const results: SweepPoint[] = [];
  const runs = options.points.length * options.policies.length;
  const known = new Map<number, ReturnType<typeof foresee>>();
  for (const settings of options.points) {
    const changed = applySettings(scenario, settings);
    // Only the slots change what is foreseen.
    const foreseen = known.get(changed.model.slots) ?? foresee(changed);
    known.set(changed.model.slots, foreseen);
    for (const name of options.policies) {
      const label = `${name} ${describeSettings(settings)}`;
      const progress = (part: number): void => options.progress?.(results.length + part, runs, label);
      progress(0);
      const outcome = await runPolicy(name, changed, foreseen, {
        progress,
        ...(options.signal ? { signal: options.signal } : {}),
      });
      results.push({ settings, outcome: priced(outcome, changed, foreseen) });
    }
  }
  return results;
}

/** `threshold=2 cooldown=60`. */
export function describeSettings(settings: SweepSettings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
