import type { SimulatedPolicy, World } from '../simulated-policy.ts';

/** Keys of Knative's `config-autoscaler`, with its defaults. */
export interface KnativeOptions {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** `containerConcurrency`: requests a replica answers at once. */
  readonly slots: number;
  /** `container-concurrency-target-percentage` / 100. @defaultValue 0.7 */
  readonly targetUtilization?: number;
  /** `stable-window`. @defaultValue 60000 */
  readonly stableWindowMs?: number;
  /** `panic-window-percentage` of the stable window, as time. @defaultValue 6000 */
  readonly panicWindowMs?: number;
  /** `panic-threshold-percentage` / 100. @defaultValue 2 */
  readonly panicThreshold?: number;
  /** @defaultValue 1000 */
  readonly maxScaleUpRate?: number;
  /** @defaultValue 2 */
  readonly maxScaleDownRate?: number;
  /** `scale-to-zero-grace-period`: how long the last replica stays after the decision for zero. @defaultValue 30000 */
  readonly scaleToZeroGraceMs?: number;
}

const tickMs = 2000;
const bucketMs = 1000;

/**
 * Knative's pod autoscaler with its defaults, from its documentation: concurrency averaged over a stable and a panic
 * window in buckets of a second, decided every 2 s, rates bounded by the ready replicas; in panic mode (the panic
 * window asks for twice what is ready) it never scales in, until a stable window has passed without that. A request at
 * zero is noticed at once, as its activator does. Averages divide by the time since there is anything to measure.
 *
 * More favourable to it than a cluster: no scrape delay, idle replicas are stopped first, and requests are packed.
 *
 * @see https://knative.dev/docs/serving/autoscaling/kpa-specific/
 * @see https://knative.dev/docs/serving/autoscaling/concurrency/
 */
export function createKnativeSimulation(options: KnativeOptions): SimulatedPolicy {
  const { minReplicas, maxReplicas, slots } = options;
  const target = slots * (options.targetUtilization ?? 0.7);
  const stableBuckets = Math.round((options.stableWindowMs ?? 60_000) / bucketMs);
  const panicBuckets = Math.round((options.panicWindowMs ?? 6000) / bucketMs);
  const panicThreshold = options.panicThreshold ?? 2;
  const upRate = options.maxScaleUpRate ?? 1000;
  const downRate = options.maxScaleDownRate ?? 2;
  const graceMs = options.scaleToZeroGraceMs ?? 30_000;
  /** Mean concurrency of the last seconds, newest last. */
  const buckets: number[] = [];
  let lastIntegral = 0;
  let panicSinceMs: number | null = null;
  let panicReplicas = 0;
  let zeroSinceMs: number | null = null;

  const mean = (count: number): number => {
    const seen = Math.min(count, buckets.length);
    if (seen === 0) return 0;
    let sum = 0;
    for (let index = buckets.length - seen; index < buckets.length; index += 1) sum += buckets[index] ?? 0;
    return sum / seen;
  };

  const measure = (world: World): void => {
    const integral = world.loadIntegral();
    const concurrency = (integral - lastIntegral) / bucketMs;
    lastIntegral = integral;
    // At zero with nobody waiting there is no source of numbers, and the windows run empty.
    if (world.desired === 0 && world.pending === 0 && concurrency === 0) {
      buckets.length = 0;
      return;
    }
    buckets.push(concurrency);
    if (buckets.length > stableBuckets) buckets.shift();
  };

  const bounded = (replicas: number): number => Math.min(maxReplicas, Math.max(minReplicas, replicas));

  const decide = (world: World): void => {
    const ready = Math.max(1, world.readyReplicas);
    const highest = Math.ceil(upRate * ready);
    const lowest = Math.floor(ready / downRate);
    const rawPanic = Math.ceil(mean(panicBuckets) / target);
    const clamp = (replicas: number): number => Math.min(highest, Math.max(lowest, replicas));
    const stable = clamp(Math.ceil(mean(stableBuckets) / target));
    const panic = clamp(rawPanic);
    if (rawPanic / ready >= panicThreshold) {
      if (panicSinceMs === null) panicReplicas = 0;
      panicSinceMs = world.nowMs;
    } else if (panicSinceMs !== null && panicSinceMs + stableBuckets * bucketMs < world.nowMs) {
      panicSinceMs = null;
    }
    let wanted = stable;
    if (panicSinceMs !== null) {
      panicReplicas = Math.max(panicReplicas, stable, panic);
      wanted = panicReplicas;
    }
    scale(world, bounded(wanted));
  };

  const scale = (world: World, wanted: number): void => {
    if (wanted > 0) {
      zeroSinceMs = null;
      if (wanted !== world.desired) world.scaleTo(wanted, []);
      return;
    }
    if (world.desired === 0) return;
    zeroSinceMs ??= world.nowMs;
    if (world.nowMs - zeroSinceMs >= graceMs) world.scaleTo(0, []);
    else if (world.desired > 1) world.scaleTo(1, []);
  };

  return {
    name: 'knative',
    begin: (world) => {
      let ticks = 0;
      const everySecond = (): void => {
        measure(world);
        ticks += 1;
        world.at(world.nowMs + bucketMs, everySecond);
        if ((ticks * bucketMs) % tickMs === 0 && (world.desired > 0 || buckets.length > 0)) decide(world);
      };
      if (minReplicas > 0) world.scaleTo(minReplicas, []);
      world.at(bucketMs, everySecond);
    },
    changed: (world, change) => {
      if (change === 'arrival' && world.desired === 0) scale(world, bounded(1));
    },
  };
}
