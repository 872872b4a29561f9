import { isDeepStrictEqual } from 'node:util';
import { createAutoscaler } from '../../src/autoscaler/autoscaler.ts';
import { replayDecision } from '../../src/autoscaler/decision/replay-decision.ts';
import type { ScaleDecision } from '../../src/autoscaler/decision/scale-decision.ts';
import { parseManifests } from '../../src/autoscaler/manifests/parse-manifests.ts';
import { toTargetSpecs } from '../../src/autoscaler/manifests/target-spec.ts';
import type { PolicyKind } from '../../src/autoscaler/policy-of.ts';
import { createMemoryTarget } from '../../src/autoscaler/targets/drivers/memory.ts';
import { collectGarbage } from '../../src/platform/collect-garbage.ts';
import { silentLogger } from '../../src/platform/logger.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createVirtualClock } from '../../src/platform/virtual-clock.ts';
import { createRandom } from '../../src/simulator/random.ts';
import { createCooldownOracle, type CooldownOracle } from './cooldown-oracle.ts';
import { createMemoryGateway } from './memory-gateway.ts';
import { createTriggerSource } from './trigger-source.ts';

const cooldownSeconds = 300;
const pollingSeconds = 30;
const target = 'soak';

const manifest = (fallback: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${target}, annotations: { sluice.dev/slots: "2" } }
spec:
  selector: { matchLabels: { app: ${target} } }
  template:
    metadata: { labels: { app: ${target} } }
    spec: { containers: [{ name: ${target}, command: [unused] }] }
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: ${target} }
spec:
  scaleTargetRef: { name: ${target} }
  pollingInterval: ${pollingSeconds}
  cooldownPeriod: ${cooldownSeconds}
  maxReplicaCount: 6
  ${fallback}
  triggers:
    - type: prometheus
      metadata: { serverAddress: "http://prometheus.default.svc.cluster.local", query: demand, threshold: "2" }
    - type: metrics-api
      metadata: { url: "http://metrics.example/", valueLocation: value, targetValue: "4" }
    - type: cron
      metadata: { timezone: UTC, start: 5 * * * *, end: 10 * * * *, desiredReplicas: "2" }
`;

export interface DayOptions {
  readonly policy: PolicyKind;
  readonly withFallback: boolean;
  readonly hours: number;
  readonly seed: number;
}

/** What a day of the real loop came to. */
export interface DayOutcome {
  readonly oracle: CooldownOracle['found'];
  readonly decisions: number;
  readonly replayed: number;
  readonly replayedOtherwise: number;
  /** Replicas that were asked to stop while they answered. */
  readonly busyStopped: number;
  readonly crashes: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly heapStartMb: number;
  readonly heapEndMb: number;
  /** Calls waiting on the clock, at most. */
  readonly mostTimers: number;
  readonly replicasLeft: number;
  readonly elapsedMs: number;
}

const notResolving = (): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ENOTFOUND' }) });

/** Node's own time-outs of 3 s hold what they wait for. */
async function heapMb(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 3300));
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/**
 * 20 minutes of each hour are wild: bursts of requests, crashing replicas, starts that fail, triggers that fail, hang
 * and flap. Then 40 minutes are quiet, but in every fourth hour one trigger goes on failing for 20 of them.
 */
export async function runVirtualDay({ hours, policy, seed, withFallback }: DayOptions): Promise<DayOutcome> {
  const startedMs = performance.now();
  const random = createRandom(seed);
  const clock = createVirtualClock(1_800_000_000_000);
  const manifests = await parseManifests([
    {
      file: 'soak.yaml',
      text: manifest(withFallback ? 'fallback: { failureThreshold: 3, replicas: 2 }' : ''),
    },
  ]);
  const [spec] = toTargetSpecs(manifests);
  if (!spec) throw new Error('the manifest has no target');
  let notify = (): void => {};
  const gateway = createMemoryGateway(
    clock,
    () => replicas,
    () => notify(),
  );
  const replicas = createMemoryTarget({
    name: target,
    clock,
    startMs: 1500,
    stopMs: 200,
    slots: 2,
    drain: (id) => gateway.whenDrained(id),
  });
  let isWild = false;
  const requests = createTriggerSource(clock, random, () => {
    const { inFlight, pending } = gateway.load();
    return inFlight + pending;
  });
  const other = createTriggerSource(clock, random, () => (isWild ? 5 : 0));
  const metrics = createMetrics();
  const autoscaler = await createAutoscaler({
    targets: [{ spec, scaleTarget: replicas }],
    manifests,
    load: () => gateway.load(),
    policy,
    query: async () => [{ labels: {}, value: await requests.ask() }],
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      if (url.hostname.endsWith('.cluster.local')) throw notResolving();
      return new Response(JSON.stringify({ value: await other.ask(init?.signal) }));
    },
    stateFolder: null,
    clock,
    logger: silentLogger,
    metrics,
  });
  notify = () => autoscaler.notify(target);
  const oracle = createCooldownOracle(cooldownSeconds * 1000, pollingSeconds * 1000, policy === 'instant');
  const draining = new Set<string>();
  let busyStopped = 0;
  replicas.onChange(() => {
    const { inFlightByReplica } = gateway.load();
    const now = replicas.replicas().filter(({ state }) => state === 'draining');
    for (const { id } of now) if (!draining.has(id) && inFlightByReplica.has(id)) busyStopped += 1;
    draining.clear();
    for (const { id } of now) draining.add(id);
    gateway.replicasChanged();
  });

  let [crashes, replayed, replayedOtherwise, mostTimers] = [0, 0, 0, 0];
  let lastSeen: ScaleDecision | null = null;
  /** Everything new in the ring of decisions, once. */
  const collect = (): void => {
    const ring = autoscaler.decisions(target);
    for (const decision of ring.slice(lastSeen === null ? 0 : ring.lastIndexOf(lastSeen) + 1)) {
      const again = replayDecision(decision.inputs).decision;
      replayed += 1;
      if (!isDeepStrictEqual(again, decision)) replayedOtherwise += 1;
      if (decision.inputs.clock === 'keda-poll') oracle.polled(decision);
    }
    lastSeen = ring.at(-1) ?? null;
  };
  const second = async (index: number): Promise<void> => {
    const hour = Math.floor(index / 3600);
    const minute = Math.floor(index / 60) % 60;
    isWild = minute < 20;
    if (isWild) {
      if (index % 120 === 0) {
        requests.change();
        other.change();
      }
      replicas.failStarts(hour % 2 === 1 && minute >= 5 && minute < 8);
      const burst = minute % 5 === 0 ? 2 : 0.2;
      for (let left = burst; left > 0 && random() < left; left -= 1) {
        gateway.arrive(random() < 0.02 ? 120_000 : 500 + random() * 8000);
      }
      if (index % 10 === 0 && random() < 0.1) {
        const running = replicas.replicas().filter(({ state }) => state === 'ready');
        const victim = running[Math.floor(random() * running.length)];
        if (victim) {
          crashes += 1;
          replicas.crash(victim.id);
        }
      }
    } else {
      replicas.failStarts(false);
      requests.change('ok');
      if (hour % 4 !== 3 || minute >= 40) other.change('ok');
      else if (index % 120 === 0) other.change(random() < 0.5 ? 'error' : 'deaf');
    }
    await clock.advance(1000);
    const { inFlight, pending } = gateway.load();
    const isCron = minute >= 5 && minute <= 10;
    oracle.look(
      clock.now(),
      replicas.desired,
      inFlight + pending > 0,
      requests.isQuiet && other.isQuiet && !isCron,
    );
    mostTimers = Math.max(mostTimers, clock.waiting);
    collect();
  };

  let heapStartMb = 0;
  for (let index = 0; index < hours * 3600; index += 1) {
    // After an hour everything is loaded, and the bounded lists have begun to fill.
    if (index === 3600) heapStartMb = await heapMb();
    await second(index);
  }
  const heapEndMb = await heapMb();
  const decisions = metrics
    .samples()
    .filter(({ name }) => name === 'sluice_decisions_total')
    .reduce((sum, { value }) => sum + value, 0);
  const ended = autoscaler[Symbol.asyncDispose]();
  await clock.advance(60_000);
  await ended;
  return {
    oracle: oracle.found,
    decisions,
    replayed,
    replayedOtherwise,
    busyStopped,
    crashes,
    counts: gateway.counts,
    heapStartMb,
    heapEndMb,
    mostTimers,
    replicasLeft: replicas.replicas().length,
    elapsedMs: performance.now() - startedMs,
  };
}
