import { formatReplicas } from './explain.ts';
import { makeDecision } from './make-decision.ts';
import type { DecisionInputs, DecisionStep } from './scale-decision.ts';

/** The step of an object paused by annotation, or null when it is not. The number of `paused-replicas` is written once. */
export function pauseStep(inputs: DecisionInputs): DecisionStep | null {
  const { snapshot, policy, state } = inputs;
  const { paused, pausedReplicas } = policy.pause;
  const current = snapshot.specReplicas;
  if (!paused || current === null) return null;
  const to = pausedReplicas === null || state.pausedReplicas === pausedReplicas ? current : pausedReplicas;
  const decision = makeDecision({
    to,
    reason: to === current ? 'paused' : 'paused-replicas',
    explanation:
      to === current
        ? `Scaling is paused by annotation; ${formatReplicas(to)} stay until it is removed.`
        : `Scaling is paused by annotation at ${formatReplicas(to)}.`,
    nextCheckAtMs: null,
    cooldownEndsAtMs: null,
    conditions: [{ type: 'Paused', status: 'True', reason: 'ScaledObjectPaused' }],
    inputs,
  });
  return { decision, state: { ...state, pausedReplicas } };
}
