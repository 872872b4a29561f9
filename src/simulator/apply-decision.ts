import type { DecisionState } from '../autoscaler/decision/decision-state.ts';
import { chooseVictims } from '../autoscaler/decision/instant/choose-victims.ts';
import type { LoadSnapshot } from '../autoscaler/decision/load-snapshot.ts';
import type { DecisionStep, ScaleDecision } from '../autoscaler/decision/scale-decision.ts';
import type { World } from './simulated-policy.ts';

/** Told every decision, for `--decisions` and for comparing a simulation with a live run. */
export type RecordDecision = (decision: ScaleDecision) => void;

/** What the live loop does with a step: the same victims, the same order. @returns the state to remember. */
export function applyDecision(
  world: World,
  snapshot: LoadSnapshot,
  { decision, state }: DecisionStep,
  record: RecordDecision | undefined,
): DecisionState {
  if (decision.kind === 'scale') {
    world.scaleTo(decision.to, chooseVictims(snapshot.replicas, decision.from - decision.to));
  }
  record?.(decision);
  return state;
}
