import { defaultInstantOptions } from '../src/autoscaler/decision/scale-policy.ts';
import { builtInManifest } from '../src/autoscaler/manifests/built-in.ts';
import { parseManifests } from '../src/autoscaler/manifests/parse-manifests.ts';
import { toTargetSpecs } from '../src/autoscaler/manifests/target-spec.ts';
import { createArrivalsBuilder, type Arrivals } from '../src/simulator/arrivals.ts';
import { defaultModel, type Model } from '../src/simulator/model.ts';
import { createRandom } from '../src/simulator/random.ts';
import type { Scenario } from '../src/simulator/scenario.ts';
import { gatewayMetricNames } from '../src/simulator/simulated-metrics.ts';
import { spread } from '../src/simulator/traces/spread.ts';

/** The built-in manifest, or another, over a trace; a model like a small answer service's. */
export async function scenarioOf(
  arrivals: Arrivals,
  overrides: Partial<Model> = {},
  manifest: string = builtInManifest,
): Promise<Scenario> {
  const manifests = await parseManifests([{ file: 'bench', text: manifest }]);
  const [spec] = toTargetSpecs(manifests);
  if (!spec) throw new Error('The manifest has no scale target.');
  return {
    arrivals,
    model: { ...defaultModel, target: spec.name, slots: spec.launch.slots, ...overrides },
    spec,
    manifests,
    metrics: gatewayMetricNames,
    scrapeIntervalMs: 5000,
    pollPhaseMs: 0,
    hpaPhaseMs: null,
    instant: defaultInstantOptions,
    flapWindowMs: 600_000,
    pricePerHour: null,
  };
}

/** A count for each second of `days` days: quiet nights, busy noons, a burst in every fifth second. Seeded. */
export function dailyArrivals(days: number, meanPerSecond: number, seed: number): Arrivals {
  const random = createRandom(seed);
  const builder = createArrivalsBuilder();
  for (let second = 0; second < days * 86_400; second += 1) {
    const daily = Math.max(0, meanPerSecond * (1 - 1.2 * Math.cos((2 * Math.PI * second) / 86_400)));
    const count = poisson(daily * (random() < 0.2 ? 3 : 0.5), random);
    spread(count, second * 1000, second * 1000 + 1000, random, (atMs) => builder.add(atMs, null));
  }
  builder.cover(0, days * 86_400_000);
  return builder.build();
}

/** Knuth's product of uniform numbers; fine for small means. */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}
