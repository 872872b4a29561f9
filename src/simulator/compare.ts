import type { Outcome } from './outcome.ts';
import type { Clairvoyant } from './policies/clairvoyant.ts';
import { foresee, runPolicy } from './run-policy.ts';
import { policyNames, type PolicyName, type Scenario } from './scenario.ts';

/** An outcome with what it costs. */
export interface PricedOutcome extends Outcome {
  /** Null without a price. */
  readonly cost: number | null;
  /** 1 - replica time / replica time of the static peak; null when that is 0. */
  readonly saving: number | null;
}

export interface CompareOptions {
  readonly policies: readonly PolicyName[];
  /** @param done and @param total runs, parts of one included. @param label the policy that is running. */
  readonly progress?: (done: number, total: number, label: string) => void;
  readonly signal?: AbortSignal;
}

/** Runs the policies one after another over the same requests. The static peak is always counted, shown or not. */
export async function comparePolicies(
  scenario: Scenario,
  options: CompareOptions,
): Promise<readonly PricedOutcome[]> {
  const chosen = policyNames.filter((name) => options.policies.includes(name));
  const foreseen = foresee(scenario);
  const outcomes: PricedOutcome[] = [];
  for (const [index, name] of chosen.entries()) {
    const progress = (part: number): void => options.progress?.(index + part, chosen.length, name);
    progress(0);
    const outcome = await runPolicy(name, scenario, foreseen, {
      progress,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    outcomes.push(priced(outcome, scenario, foreseen));
  }
  return outcomes;
}

/** @param foreseen of the scenario that was run: its static peak is what savings are counted from. */
export function priced(
  outcome: Outcome,
  { arrivals, pricePerHour }: Pick<Scenario, 'arrivals' | 'pricePerHour'>,
  { peakReplicas }: Pick<Clairvoyant, 'peakReplicas'>,
): PricedOutcome {
  const peakHours = (peakReplicas * Math.max(1, arrivals.spanMs)) / 3_600_000;
  return {
    ...outcome,
    cost: pricePerHour === null ? null : Number((outcome.replicaHours * pricePerHour).toFixed(4)),
    saving: peakHours === 0 ? null : Number((1 - outcome.replicaHours / peakHours).toFixed(4)),
  };
}
