import type { DecisionReason, ScaleCondition } from '../scale-decision.ts';
import type { PolicyBase } from '../scale-policy.ts';

/** What KEDA knows when it decides between zero and one. */
export interface ScaleRequest {
  /** `spec.replicas`; null when it cannot be read. */
  readonly current: number | null;
  readonly isActive: boolean;
  readonly isError: boolean;
  /** Null while it was never active. */
  readonly lastActiveMs: number | null;
  readonly createdAtMs: number;
}

/** What KEDA does. */
export interface ScaleRequestOutcome {
  readonly replicas: number;
  readonly reason: DecisionReason;
  /** True: `lastActiveTime` becomes now. */
  readonly refreshesActivity: boolean;
  readonly conditions: readonly ScaleCondition[];
  /** When the clock that holds the count ends; null when none runs. */
  readonly cooldownEndsAtMs: number | null;
}

/** Said of every check, unless an error reached it: fallback, and a count that had to be raised, leave it as it is. */
const readyTrue: ScaleCondition = { type: 'Ready', status: 'True', reason: 'ScaledObjectReady' };

/**
 * KEDA's table of 0 ↔ first replicas and N → 0 (or idle). The first row that fits wins. It never lowers the count
 * because of an error, and it ignores the size of every value: that is the HPA's part.
 */
export function requestScale(
  request: ScaleRequest,
  policy: Pick<
    PolicyBase,
    'minReplicas' | 'idleReplicas' | 'cooldownMs' | 'initialCooldownMs' | 'fallback' | 'pause'
  >,
  nowMs: number,
): ScaleRequestOutcome {
  const { current, isActive, isError } = request;
  const { minReplicas, idleReplicas, fallback, pause } = policy;
  if (current === null) {
    const ready: ScaleCondition = { type: 'Ready', status: 'False', reason: 'ErrorGettingCurrentReplicas' };
    return outcome(0, 'target-unreadable', [ready]);
  }
  if (pause.paused) {
    const paused: ScaleCondition = { type: 'Paused', status: 'True', reason: 'ScaledObjectPaused' };
    return outcome(current, 'paused', [readyTrue, paused]);
  }
  if (isActive || pause.forceActivation) {
    const active: ScaleCondition = { type: 'Active', status: 'True', reason: 'ScalerActive' };
    const conditions = [readyTrue, active];
    if ((idleReplicas !== null && current < minReplicas) || current === 0) {
      if (pause.scaleOutPaused) return outcome(current, 'scale-out-paused', conditions);
      const reason = isActive ? 'activation' : 'forced-activation';
      return { ...outcome(Math.max(minReplicas, 1), reason, conditions), refreshesActivity: true };
    }
    if (isError) {
      const partly: ScaleCondition = { type: 'Ready', status: 'Unknown', reason: 'PartialTriggerError' };
      return outcome(current, 'partial-trigger-error', [partly, active]);
    }
    return { ...outcome(current, 'steady', conditions), refreshesActivity: true };
  }

  const inactive: ScaleCondition = { type: 'Active', status: 'False', reason: 'ScalerNotActive' };
  const conditions = [readyTrue, inactive];
  if (isError && fallback !== null && fallback.replicas !== 0) {
    return outcome(current, 'waiting-for-fallback', conditions);
  }
  if (isError && fallback === null) {
    const failed: ScaleCondition = { type: 'Ready', status: 'False', reason: 'TriggerError' };
    return outcome(current, 'trigger-error', [failed, inactive]);
  }
  if ((idleReplicas !== null && current > idleReplicas) || (current > 0 && minReplicas === 0)) {
    return scaleToZeroOrIdle(request, current, policy, conditions, nowMs);
  }
  if (idleReplicas === null && current < minReplicas) {
    return outcome(minReplicas, 'below-minimum', conditions);
  }
  return outcome(current, 'inactive', conditions);
}

function scaleToZeroOrIdle(
  { lastActiveMs, createdAtMs }: ScaleRequest,
  current: number,
  policy: Pick<PolicyBase, 'minReplicas' | 'idleReplicas' | 'cooldownMs' | 'initialCooldownMs' | 'pause'>,
  conditions: readonly ScaleCondition[],
  nowMs: number,
): ScaleRequestOutcome {
  if (policy.pause.scaleInPaused) return outcome(current, 'scale-in-paused', conditions);
  const endsAtMs =
    lastActiveMs === null ? createdAtMs + policy.initialCooldownMs : lastActiveMs + policy.cooldownMs;
  // Strictly before: at the very millisecond of the end it still waits.
  if (endsAtMs < nowMs) {
    return outcome(policy.idleReplicas ?? policy.minReplicas, 'cooldown-elapsed', conditions);
  }
  const cooling: ScaleCondition = { type: 'Active', status: 'False', reason: 'ScalerCooldown' };
  return {
    ...outcome(current, lastActiveMs === null ? 'initial-cooldown' : 'cooling-down', [readyTrue, cooling]),
    cooldownEndsAtMs: endsAtMs,
  };
}

function outcome(
  replicas: number,
  reason: DecisionReason,
  conditions: readonly ScaleCondition[],
): ScaleRequestOutcome {
  return { replicas, reason, refreshesActivity: false, conditions, cooldownEndsAtMs: null };
}
