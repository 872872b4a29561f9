import type {
  HpaBehavior,
  HpaPolicy,
  HpaScalingPolicy,
  HpaScalingRules,
  PausePolicy,
} from '../scale-policy.ts';

/** One direction with nothing left open. */
export interface FullRules {
  readonly stabilizationWindowMs: number;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly HpaScalingPolicy[];
}

/** A direction as the API server stores it: defaults filled in, the scale-down window left open for the controller's flag. */
export interface DefaultedRules {
  readonly stabilizationWindowSeconds: number | null;
  readonly selectPolicy: 'Max' | 'Min' | 'Disabled';
  readonly policies: readonly HpaScalingPolicy[];
  readonly tolerance: number | null;
}

const upPolicies: readonly HpaScalingPolicy[] = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
];
const downPolicies: readonly HpaScalingPolicy[] = [{ type: 'Percent', value: 100, periodSeconds: 15 }];

/** Fills one direction the way the API server does; written policies replace the default ones, they are not added. */
export function defaultRules(
  direction: 'scaleUp' | 'scaleDown',
  rules: HpaScalingRules | null,
): DefaultedRules {
  const isUp = direction === 'scaleUp';
  return {
    stabilizationWindowSeconds: rules?.stabilizationWindowSeconds ?? (isUp ? 0 : null),
    selectPolicy: rules?.selectPolicy ?? 'Max',
    policies: rules?.policies ?? (isUp ? upPolicies : downPolicies),
    tolerance: rules?.tolerance ?? null,
  };
}

/** Both directions in force, or null for the legacy algorithm. */
export function behaviorRules(
  hpa: HpaPolicy,
  behavior: HpaBehavior | null,
): { readonly up: FullRules; readonly down: FullRules } | null {
  if (behavior === null) return null;
  const full = (rules: DefaultedRules): FullRules => ({
    stabilizationWindowMs:
      rules.stabilizationWindowSeconds === null
        ? hpa.downscaleStabilizationMs
        : rules.stabilizationWindowSeconds * 1000,
    selectPolicy: rules.selectPolicy,
    policies: rules.policies,
  });
  return {
    up: full(defaultRules('scaleUp', behavior.scaleUp)),
    down: full(defaultRules('scaleDown', behavior.scaleDown)),
  };
}

const openRules: HpaScalingRules = {
  stabilizationWindowSeconds: null,
  selectPolicy: null,
  policies: null,
  tolerance: null,
};

/**
 * The behavior KEDA writes into the HPA. Pausing one direction creates a behavior section where there was none, which
 * switches the *other* direction from the legacy algorithm to the behavior defaults as well: KEDA's own trap, kept.
 */
export function behaviorInForce(behavior: HpaBehavior | null, pause: PausePolicy): HpaBehavior | null {
  if (!pause.scaleInPaused && !pause.scaleOutPaused) return behavior;
  const up = behavior?.scaleUp ?? null;
  const down = behavior?.scaleDown ?? null;
  return {
    scaleUp: pause.scaleOutPaused ? { ...(up ?? openRules), selectPolicy: 'Disabled' } : up,
    scaleDown: pause.scaleInPaused ? { ...(down ?? openRules), selectPolicy: 'Disabled' } : down,
  };
}
