import type { HpaState } from '../decision-state.ts';
import type { HpaBehavior, HpaPolicy } from '../scale-policy.ts';
import { behaviorRules } from './behavior-rules.ts';
import type { Limited } from './rate-limit.ts';
import { legacyScaleUpLimit, limitLegacy, limitWithBehavior } from './rate-limit.ts';
import type { Stabilized } from './stabilize.ts';
import { stabilizeLegacy, stabilizeWithBehavior } from './stabilize.ts';

/** The count the metrics ask for, made fit to be written. */
export interface Normalized {
  readonly replicas: number;
  readonly stabilized: Stabilized;
  readonly limited: Limited;
  /** The HPA's reason for AbleToScale. */
  readonly stabilityReason: 'ReadyForNewScale' | 'ScaleDownStabilized' | 'ScaleUpStabilized';
  /** When the first scale event that counts now stops counting; null when none does. */
  readonly eventExpiresAtMs: number | null;
}

/** The HPA and its target as far as normalization looks at them. */
export interface NormalizeInput {
  readonly facts: { readonly specReplicas: number };
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Null is the legacy algorithm. */
  readonly behavior: HpaBehavior | null;
  readonly hpa: HpaPolicy;
}

/** Stabilization first, then limits: two different algorithms with and without a `behavior` section. */
export function normalize(
  input: NormalizeInput,
  state: HpaState,
  desired: number,
  nowMs: number,
): Normalized {
  const { hpa } = input;
  const current = input.facts.specReplicas;
  const recommendations = state.recommendations ?? [];
  const rules = behaviorRules(hpa, input.behavior);
  if (rules === null) {
    const stabilized = stabilizeLegacy(recommendations, desired, hpa.downscaleStabilizationMs, nowMs);
    const limit = legacyScaleUpLimit(current, hpa.scaleUpLimitFactor, hpa.scaleUpLimitMinimum);
    const limited = limitLegacy(stabilized.replicas, input, limit);
    return {
      replicas: limited.replicas,
      stabilized,
      limited,
      stabilityReason: stabilized.replicas === desired ? 'ReadyForNewScale' : 'ScaleDownStabilized',
      eventExpiresAtMs: null,
    };
  }
  const windows = {
    upMs: rules.up.stabilizationWindowMs,
    downMs: rules.down.stabilizationWindowMs,
  };
  const stabilized = stabilizeWithBehavior(recommendations, current, desired, windows, nowMs);
  const history = { up: state.scaleUpEvents, down: state.scaleDownEvents };
  const limited = limitWithBehavior(current, stabilized.replicas, input, rules, history, nowMs);
  const held = desired >= current ? 'ScaleUpStabilized' : 'ScaleDownStabilized';
  const policies = desired >= current ? rules.up.policies : rules.down.policies;
  const expiries = [...history.up, ...history.down].flatMap(({ atMs }) =>
    policies.map(({ periodSeconds }) => atMs + periodSeconds * 1000).filter((at) => at > nowMs),
  );
  return {
    replicas: limited.replicas,
    stabilized,
    limited,
    stabilityReason: stabilized.replicas === desired ? 'ReadyForNewScale' : held,
    eventExpiresAtMs: expiries.length === 0 ? null : Math.min(...expiries),
  };
}
