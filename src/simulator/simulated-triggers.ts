import { triggerLabel } from '../autoscaler/decision/explain.ts';
import type { TriggerReading } from '../autoscaler/decision/load-snapshot.ts';
import type { RouteSpec } from '../autoscaler/manifests/interceptor-route-specs.ts';
import type { ManifestSet } from '../autoscaler/manifests/manifest-set.ts';
import type { TriggerSpec } from '../autoscaler/manifests/scaled-object.ts';
import type { TargetSpec } from '../autoscaler/manifests/target-spec.ts';
import {
  createTriggerSet,
  type ReadRequest,
  type TriggerSetOptions,
} from '../autoscaler/triggers/trigger-set.ts';
import type { LoadReport } from '../contract/load.ts';
import type { Clock } from '../platform/clock.ts';
import { silentLogger } from '../platform/logger.ts';
import { asksGateway, createSimulatedGateway } from './simulated-gateway.ts';
import type { World } from './simulated-policy.ts';
import { createSimulatedMetrics, type MetricNames } from './simulated-metrics.ts';

/** The triggers of a ScaledObject, reading a simulated world. One set for each run. */
export interface SimulatedTriggers extends AsyncDisposable {
  /** Begins to scrape, and to push: `pushed` is told of a trigger's index. */
  begin(world: World, pushed?: (index: number) => void): void;
  /** A request has arrived or ended. */
  loadChanged(world: World): void;
  /** As `TriggerSet.read`. */
  read(world: World, request?: ReadRequest): Promise<readonly TriggerReading[]>;
  /** Triggers that cannot be simulated, queries that never found anything. */
  notes(): readonly string[];
}

export interface SimulatedTriggersOptions {
  readonly spec: TargetSpec;
  readonly manifests: Pick<ManifestSet, 'configMaps' | 'triggerAuthentications'>;
  readonly metrics: MetricNames;
  readonly scrapeIntervalMs: number;
  /** Routes of the HTTP add-on. @defaultValue none */
  readonly routes?: readonly RouteSpec[];
  /** @defaultValue alone */
  readonly rebuild?: TriggerSetOptions['rebuild'];
}

/** What a trace of requests says something about. Everything else reads systems that it knows nothing of. */
const simulated: ReadonlySet<string> = new Set(['prometheus', 'cron', 'sluice-pending']);

/** In cluster DNS, so that the driver asks the embedded store once it does not resolve. */
const simulatedAddress = 'http://simulated.svc.cluster.local';

/**
 * The drivers of a live run: only what they read is simulated. Every Prometheus is the simulated one, whatever its
 * address and sign-in.
 */
export async function createSimulatedTriggers(options: SimulatedTriggersOptions): Promise<SimulatedTriggers> {
  const { manifests, spec } = options;
  const all = spec.scaledObject.triggers;
  const isSimulated = (trigger: TriggerSpec): boolean => simulated.has(trigger.type) || asksGateway(trigger);
  const left = all.filter((trigger) => !isSimulated(trigger));
  const triggers = all.filter(isSimulated).map(onSimulatedPrometheus);
  const queries = triggers.flatMap(({ metadata, type }) =>
    type === 'prometheus' ? [metadata['query'] ?? ''] : [],
  );
  const metrics = createSimulatedMetrics(spec.name, options.metrics, queries);
  const failures = new Map<string, number>();
  let world: World | null = null;
  const now = (): number => (world === null ? 0 : world.startMs + world.nowMs);
  const load = (): LoadReport => ({
    target: spec.name,
    atMs: now(),
    pending: world?.pending ?? 0,
    inFlight: world?.inFlight ?? 0,
    arrivals: world?.arrivals ?? 0,
    lastActivityMs: null,
    inFlightByReplica: new Map(),
  });
  const clock = virtual(now, (ms, run) => world?.at(world.nowMs + ms, run));
  const gateway = createSimulatedGateway({ spec, routes: options.routes ?? [], load, clock }, triggers);
  const set = await createTriggerSet({
    spec: { ...spec, scaledObject: { ...spec.scaledObject, triggers } },
    manifests,
    clock,
    ...(gateway ? { gatewayScaler: gateway.access } : {}),
    logger: silentLogger,
    load,
    query: (promql, atMs) => metrics.query(promql, atMs),
    fetch: () => Promise.reject(new TypeError('simulated', { cause: unresolved() })),
    unsupported: 'skip',
    rebuild: options.rebuild ?? 'alone',
  });

  return {
    begin: (given, pushed) => {
      world = given;
      if (pushed) gateway?.begin(pushed);
      if (queries.length === 0) return;
      const scrape = (): void => {
        metrics.append(given);
        given.at(given.nowMs + options.scrapeIntervalMs, scrape);
      };
      given.at(0, scrape);
    },
    loadChanged: (given) => {
      if (gateway === null) return;
      world = given;
      gateway.loadChanged();
    },
    read: async (given, request) => {
      world = given;
      const readings = await set.read(neverAborted, request);
      for (const reading of readings) {
        if (reading.error === null) continue;
        const sentence = `${triggerLabel(reading)} failed: ${reading.error}`;
        failures.set(sentence, (failures.get(sentence) ?? 0) + 1);
      }
      return readings;
    },
    notes: () => [
      ...[...failures].map(([sentence, times]) => `${sentence} (${times} times)`),
      ...left.map(
        ({ type }) =>
          `trigger ${type} is left out: what it reads does not follow from a trace of requests; prometheus, cron, sluice-pending and routes of the HTTP add-on are simulated`,
      ),
      ...(gateway?.notes() ?? []),
      ...metrics
        .emptyQueries()
        .map(
          (query) =>
            `the query ${query} never found a series: say with --metric what the gateway's request counter is called there`,
        ),
    ],
    [Symbol.asyncDispose]: () => set[Symbol.asyncDispose](),
  };
}

function onSimulatedPrometheus(trigger: TriggerSpec): TriggerSpec {
  if (trigger.type !== 'prometheus') return trigger;
  const { authMode: _mode, authModes: _modes, unsafeSsl: _unsafe, ...metadata } = trigger.metadata;
  return {
    ...trigger,
    authenticationRef: null,
    metadata: { ...metadata, serverAddress: simulatedAddress },
  };
}

const unresolved = (): Error => Object.assign(new Error('simulated'), { code: 'ENOTFOUND' });

/** A simulated read is never called off. */
const neverAborted = new AbortController().signal;

/** A simulated read takes no time: its timeouts never come. */
function virtual(now: () => number, at: (ms: number, run: () => void) => void): Clock {
  return {
    now,
    monotonic: now,
    sleep: () => new Promise(() => {}),
    schedule: (ms, run) => {
      let isCancelled = false;
      at(ms, () => {
        if (!isCancelled) run();
      });
      return () => {
        isCancelled = true;
      };
    },
  };
}
