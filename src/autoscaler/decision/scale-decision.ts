import type { DecisionState } from './decision-state.ts';
import type { LoadSnapshot } from './load-snapshot.ts';
import type { ScalePolicy } from './scale-policy.ts';

/** Why the count stays. */
export type HoldReason =
  /** Busy or active, and the count already fits. */
  | 'steady'
  /** Nothing to do and already at the lowest count. */
  | 'inactive'
  | 'within-tolerance'
  | 'stabilizing'
  | 'rate-limited'
  | 'at-limit'
  | 'cooling-down'
  | 'initial-cooldown'
  /** Extra replicas are idle, their delay has not passed. */
  | 'idle-delay'
  /** More are needed, but as many as may start at once are starting. */
  | 'start-capacity'
  | 'paused'
  | 'scale-in-paused'
  | 'scale-out-paused'
  | 'trigger-error'
  | 'partial-trigger-error'
  | 'waiting-for-fallback'
  | 'metrics-unavailable'
  /** The HPA does nothing at zero replicas. */
  | 'hpa-disabled-at-zero'
  /** A trigger cannot be built, so KEDA decides nothing for the whole object. */
  | 'frozen'
  | 'target-unreadable';

/** Why the count changes. */
export type ScaleReason =
  | 'activation'
  | 'forced-activation'
  | 'load'
  | 'schedule'
  | 'cooldown-elapsed'
  | 'idle-extra'
  | 'below-minimum'
  | 'above-maximum'
  | 'fallback'
  | 'paused-replicas'
  /** The HPA's legacy memory raises the count above what the metrics ask now. */
  | 'stabilizing';

export type DecisionReason = HoldReason | ScaleReason;

/** A condition as KEDA or the HPA would write it in its status, with their spelling. */
export interface ScaleCondition {
  readonly type:
    | 'Ready'
    | 'Active'
    | 'Fallback'
    | 'Paused'
    /** KEDA's own word on the HPA's ScalingActive; trouble there leaves `Ready` alone. */
    | 'HPAActive'
    | 'AbleToScale'
    | 'ScalingActive'
    | 'ScalingLimited';
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
}

/** Which function decided; the same function on the same inputs gives the same decision. */
export type DecisionClock = 'instant' | 'keda-poll' | 'keda-push' | 'hpa';

/** All that went in. Replay: call the function of `clock` with these. */
export interface DecisionInputs {
  readonly clock: DecisionClock;
  readonly snapshot: LoadSnapshot;
  readonly policy: ScalePolicy;
  readonly state: DecisionState;
  readonly nowMs: number;
}

interface DecisionBase {
  /** `spec.replicas` before. 0 when it could not be read. */
  readonly from: number;
  /** `spec.replicas` after; equal to `from` on a hold. */
  readonly to: number;
  /** One or two plain sentences: which trigger, which number against which threshold, which clock holds it and until when. */
  readonly explanation: string;
  /** When a clock inside this decision ends, so that asking again may change the answer; null when none runs. */
  readonly nextCheckAtMs: number | null;
  /** When the count may fall to its lowest if nothing arrives; null when no such clock runs. */
  readonly cooldownEndsAtMs: number | null;
  readonly conditions: readonly ScaleCondition[];
  readonly inputs: DecisionInputs;
}

export type ScaleDecision =
  | (DecisionBase & { readonly kind: 'hold'; readonly reason: HoldReason })
  | (DecisionBase & { readonly kind: 'scale'; readonly reason: ScaleReason });

/** A decision and what to remember for the next one. */
export interface DecisionStep {
  readonly decision: ScaleDecision;
  readonly state: DecisionState;
}

/** Pure: `decideInstant`, `kedaTick`, `kedaPush` and `hpaTick` all have this shape. */
export type Decide<Policy extends ScalePolicy = ScalePolicy> = (
  snapshot: LoadSnapshot,
  policy: Policy,
  state: DecisionState,
  nowMs: number,
) => DecisionStep;
