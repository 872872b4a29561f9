import type { ScaleCondition, ScaleDecision } from './decision/scale-decision.ts';

const maxHistory = 500;
/** Half an hour of policy `keda` at its usual pace; a moment of busy arrivals. */
const maxDecisions = 200;

/** What was decided for one target, bounded. */
export interface DecisionMemory {
  /** @returns whether it is news: a change, or another reason than this clock gave before. */
  remember(decision: ScaleDecision): boolean;
  readonly last: ScaleDecision | null;
  /** As the last clock that knows of the cooldown said. */
  readonly cooldownEndsAtMs: number | null;
  /** The last decision of each clock, newest last. */
  readonly lastByClock: ReadonlyMap<string, ScaleDecision>;
  /** The newest of each type. */
  readonly conditions: ReadonlyMap<string, ScaleCondition>;
  /** News, oldest first. */
  readonly history: readonly ScaleDecision[];
  /** All, oldest first. */
  readonly decisions: readonly ScaleDecision[];
}

export function createDecisionMemory(): DecisionMemory {
  const lastByClock = new Map<string, ScaleDecision>();
  const conditions = new Map<string, ScaleCondition>();
  const history: ScaleDecision[] = [];
  const decisions: ScaleDecision[] = [];
  let last: ScaleDecision | null = null;
  let cooldownEndsAtMs: number | null = null;
  return {
    get last() {
      return last;
    },
    get cooldownEndsAtMs() {
      return cooldownEndsAtMs;
    },
    lastByClock,
    conditions,
    history,
    decisions,
    remember: (decision) => {
      // A hold that says the same as before is no news; thousands of arrivals would push out what matters.
      // The clocks of policy keda speak by turns, each with a reason of its own.
      const { clock } = decision.inputs;
      const isNews = decision.kind === 'scale' || decision.reason !== lastByClock.get(clock)?.reason;
      last = decision;
      decisions.push(decision);
      if (decisions.length > maxDecisions) decisions.shift();
      lastByClock.delete(clock);
      lastByClock.set(clock, decision);
      // The HPA knows nothing of the cooldown, so its decisions leave the countdown as it is.
      if (clock !== 'hpa') cooldownEndsAtMs = decision.cooldownEndsAtMs;
      for (const condition of decision.conditions) conditions.set(condition.type, condition);
      if (!isNews) return false;
      history.push(decision);
      if (history.length > maxHistory) history.shift();
      return true;
    },
  };
}
