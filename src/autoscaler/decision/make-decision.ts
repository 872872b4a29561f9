import type {
  DecisionInputs,
  DecisionReason,
  HoldReason,
  ScaleCondition,
  ScaleDecision,
  ScaleReason,
} from './scale-decision.ts';

const scaleReasons: Readonly<Record<ScaleReason, true>> = {
  activation: true,
  'forced-activation': true,
  load: true,
  schedule: true,
  'cooldown-elapsed': true,
  'idle-extra': true,
  'below-minimum': true,
  'above-maximum': true,
  fallback: true,
  'paused-replicas': true,
  stabilizing: true,
};

/** The parts of a decision before it is known whether it holds or scales. */
export interface DecisionParts {
  readonly to: number;
  readonly reason: DecisionReason;
  readonly explanation: string;
  readonly nextCheckAtMs: number | null;
  readonly cooldownEndsAtMs: number | null;
  readonly conditions: readonly ScaleCondition[];
  readonly inputs: DecisionInputs;
}

/** Holds when the count stays, scales when it changes. A reason of the other kind becomes `steady` or `load`. */
export function makeDecision(parts: DecisionParts): ScaleDecision {
  const from = parts.inputs.snapshot.specReplicas ?? 0;
  const { reason, ...rest } = parts;
  if (from === parts.to) {
    return { kind: 'hold', from, ...rest, reason: isHoldReason(reason) ? reason : 'steady' };
  }
  return { kind: 'scale', from, ...rest, reason: isScaleReason(reason) ? reason : 'load' };
}

function isScaleReason(reason: DecisionReason): reason is ScaleReason {
  return Object.hasOwn(scaleReasons, reason);
}

function isHoldReason(reason: DecisionReason): reason is HoldReason {
  return reason === 'stabilizing' || !isScaleReason(reason);
}
