import { firstReplicas } from '../autoscaler/decision/first-replicas.ts';
import { policyOf } from '../autoscaler/policy-of.ts';
import { runEngine, type EngineOptions } from './engine.ts';
import type { Outcome } from './outcome.ts';
import { clairvoyant, type Clairvoyant } from './policies/clairvoyant.ts';
import { createInstantSimulation } from './policies/instant.ts';
import { createKedaSimulation } from './policies/keda.ts';
import { createKnativeSimulation } from './policies/knative.ts';
import { createStaticSimulation } from './policies/static.ts';
import type { RecordDecision } from './apply-decision.ts';
import type { PolicyName, Scenario } from './scenario.ts';
import type { SimulatedPolicy } from './simulated-policy.ts';
import { createSimulatedTriggers, type SimulatedTriggers } from './simulated-triggers.ts';

export interface RunOptions extends Pick<EngineOptions, 'progress' | 'signal' | 'buckets'> {
  /** Told every decision of `keda` and `instant`. */
  readonly record?: RecordDecision;
}

const defaultBuckets = 240;

/** What the whole trace says in advance; the same for every policy of a scenario with the same slots and start time. */
export function foresee({ arrivals, model }: Scenario, buckets: number = defaultBuckets): Clairvoyant {
  return clairvoyant(arrivals, model, buckets);
}

/** Runs one policy over the scenario's trace. @throws AppError `invalid-argument` when its triggers cannot be used. */
export async function runPolicy(
  name: PolicyName,
  scenario: Scenario,
  foreseen: Clairvoyant,
  options: RunOptions = {},
): Promise<Outcome> {
  const { arrivals, flapWindowMs, model } = scenario;
  if (name === 'clairvoyant') return boundAsOutcome(scenario, foreseen);
  const triggers =
    name === 'keda' || name === 'instant'
      ? await createSimulatedTriggers({ ...scenario, rebuild: name === 'keda' ? 'scaled-object' : 'alone' })
      : null;
  try {
    const policy = policySimulation(name, scenario, foreseen, triggers, options.record);
    const { buckets = defaultBuckets, progress, signal } = options;
    return await runEngine({
      arrivals,
      model,
      policy,
      flapWindowMs,
      buckets,
      ...(progress ? { progress } : {}),
      ...(signal ? { signal } : {}),
    });
  } finally {
    await triggers?.[Symbol.asyncDispose]();
  }
}

function policySimulation(
  name: Exclude<PolicyName, 'clairvoyant'>,
  scenario: Scenario,
  foreseen: Clairvoyant,
  triggers: SimulatedTriggers | null,
  record: RecordDecision | undefined,
): SimulatedPolicy {
  const { instant, model, spec } = scenario;
  const object = spec.scaledObject;
  if (name === 'static') return createStaticSimulation('static', foreseen.peakReplicas);
  if (name === 'knative') {
    return createKnativeSimulation({
      minReplicas: object.minReplicaCount ?? 0,
      maxReplicas: object.maxReplicaCount,
      slots: model.slots,
    });
  }
  if (triggers === null) throw new Error(`Policy ${name} needs triggers.`);
  const recorded = record ? { record } : {};
  const written = spec.deployment.replicas ?? null;
  if (name === 'keda') {
    const { hpaPhaseMs, kubernetes, pollPhaseMs } = scenario;
    const policy = policyOf(object, 'keda', kubernetes ? { compat: { kubernetes } } : {});
    if (policy.kind !== 'keda') throw new Error('policyOf gave another policy than it was asked for.');
    return createKedaSimulation({
      policy,
      triggers,
      firstReplicas: firstReplicas(policy, written, null),
      pollPhaseMs,
      ...(hpaPhaseMs === null ? {} : { hpaPhaseMs }),
      ...recorded,
    });
  }
  const policy = policyOf(object, 'instant', {
    instant: { ...instant, maxConcurrentStarts: model.startCapacity },
  });
  if (policy.kind !== 'instant') throw new Error('policyOf gave another policy than it was asked for.');
  return createInstantSimulation({
    policy,
    triggers,
    firstReplicas: firstReplicas(policy, written, null),
    ...recorded,
  });
}

/** The bound in the same columns as a run. */
function boundAsOutcome({ arrivals, model, spec }: Scenario, bound: Clairvoyant): Outcome {
  const requests = arrivals.timesMs.length;
  const { maxReplicaCount } = spec.scaledObject;
  const notes =
    bound.peakReplicas > maxReplicaCount
      ? [
          `nobody waits only with ${bound.peakReplicas} replicas at the peak; maxReplicaCount is ${maxReplicaCount}`,
        ]
      : [];
  return {
    policy: 'clairvoyant',
    requests,
    completed: requests,
    rejected: 0,
    timedOut: 0,
    cut: 0,
    cold: 0,
    held: 0,
    waitMs: { mean: 0, p50: 0, p95: 0, p99: 0, max: 0 },
    replicaHours: bound.replicaHours,
    mostReplicas: bound.peakReplicas,
    starts: bound.starts,
    flaps: 0,
    changes: 0,
    utilization:
      bound.replicaHours === 0
        ? 0
        : Number((bound.busyMs / (bound.replicaHours * 3_600_000 * model.slots)).toFixed(4)),
    curves: bound.curves,
    notes,
  };
}
