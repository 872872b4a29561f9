import type { ScaleEvent } from '../decision-state.ts';
import type { HpaScalingPolicy } from '../scale-policy.ts';
import type { FullRules } from './behavior-rules.ts';
import { toInt32 } from './quantity.ts';
import { changeWithin } from './scale-events.ts';

/** A count after limits, with the HPA's own reason for ScalingLimited. */
export interface Limited {
  readonly replicas: number;
  readonly reason:
    | 'DesiredWithinRange'
    | 'TooFewReplicas'
    | 'TooManyReplicas'
    | 'ScaleUpLimit'
    | 'ScaleDownLimit';
}

/** The changes of the recent past, both directions. */
export interface ScaleHistory {
  readonly up: readonly ScaleEvent[];
  readonly down: readonly ScaleEvent[];
}

interface Bounds {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** Without a `behavior`: at most twice the current count, or 4; as often as it syncs. Factor and floor are the controller's. */
export function legacyScaleUpLimit(current: number, factor: number, minimum: number): number {
  return toInt32(Math.max(factor * current, minimum));
}

/** Without a `behavior`: min ≤ result ≤ min(max, limit). */
export function limitLegacy(desired: number, bounds: Bounds, scaleUpLimit: number): Limited {
  const limitIsLower = bounds.maxReplicas > scaleUpLimit;
  const most = limitIsLower ? scaleUpLimit : bounds.maxReplicas;
  if (desired < bounds.minReplicas) return { replicas: bounds.minReplicas, reason: 'TooFewReplicas' };
  if (desired > most) {
    return { replicas: most, reason: limitIsLower ? 'ScaleUpLimit' : 'TooManyReplicas' };
  }
  return { replicas: desired, reason: 'DesiredWithinRange' };
}

/**
 * The most the policies allow now: each counts from the replicas at the start of its period, which is what runs
 * without what was added and with what was removed since. Percent rounds up, so 1 % of 3 still allows one more.
 */
export function scaleUpLimit(
  current: number,
  rules: Pick<FullRules, 'selectPolicy' | 'policies'>,
  history: ScaleHistory,
  nowMs: number,
): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = rules.policies.map((policy) => {
    const base = periodStart(current, policy, history, nowMs);
    return policy.type === 'Pods' ? base + policy.value : toInt32(Math.ceil(base * (1 + policy.value / 100)));
  });
  return rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

/** The least the policies allow now. `Max` is the largest change, so the lowest limit. Percent rounds towards zero. */
export function scaleDownLimit(
  current: number,
  rules: Pick<FullRules, 'selectPolicy' | 'policies'>,
  history: ScaleHistory,
  nowMs: number,
): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = rules.policies.map((policy) => {
    const base = periodStart(current, policy, history, nowMs);
    return policy.type === 'Pods' ? base - policy.value : toInt32(base * (1 - policy.value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
}

function periodStart(
  current: number,
  policy: HpaScalingPolicy,
  history: ScaleHistory,
  nowMs: number,
): number {
  const added = changeWithin(history.up, policy.periodSeconds, nowMs);
  const removed = changeWithin(history.down, policy.periodSeconds, nowMs);
  return current - added + removed;
}

/** With a `behavior`: the policies of the direction, then the bounds. */
export function limitWithBehavior(
  current: number,
  desired: number,
  bounds: Bounds,
  rules: {
    readonly up: Pick<FullRules, 'selectPolicy' | 'policies'>;
    readonly down: Pick<FullRules, 'selectPolicy' | 'policies'>;
  },
  history: ScaleHistory,
  nowMs: number,
): Limited {
  if (desired > current) {
    // A limit below the current count never scales down: it waits until its events are old enough.
    const limit = Math.max(current, scaleUpLimit(current, rules.up, history, nowMs));
    const most = Math.min(bounds.maxReplicas, limit);
    if (desired > most) {
      const reason = bounds.maxReplicas > limit ? 'ScaleUpLimit' : 'TooManyReplicas';
      return { replicas: most, reason };
    }
  } else if (desired < current) {
    const limit = Math.min(current, scaleDownLimit(current, rules.down, history, nowMs));
    const least = Math.max(bounds.minReplicas, limit);
    if (desired < least) {
      const reason = bounds.minReplicas < limit ? 'ScaleDownLimit' : 'TooFewReplicas';
      return { replicas: least, reason };
    }
  }
  return { replicas: desired, reason: 'DesiredWithinRange' };
}
