import { decideInstant } from './decide-instant.ts';
import { hpaTick } from './hpa-tick.ts';
import { kedaPush, kedaTick } from './keda-tick.ts';
import type { DecisionInputs, DecisionStep } from './scale-decision.ts';

/** Decides again on recorded inputs: the function of their clock. The same inputs give the same decision and state. */
export function replayDecision({ clock, nowMs, policy, snapshot, state }: DecisionInputs): DecisionStep {
  switch (clock) {
    case 'instant':
      if (policy.kind === 'instant') return decideInstant(snapshot, policy, state, nowMs);
      return kedaTick(snapshot, policy, state, nowMs);
    case 'keda-poll':
      return kedaTick(snapshot, policy, state, nowMs);
    case 'keda-push':
      return kedaPush(snapshot, policy, state, nowMs);
    case 'hpa':
      return hpaTick(snapshot, policy, state, nowMs);
  }
}
