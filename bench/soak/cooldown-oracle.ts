import type { ScaleDecision } from '../../src/autoscaler/decision/scale-decision.ts';

/** Says by itself, from what was really there, when replicas must and must not fall to zero. */
export interface CooldownOracle {
  /** Each second. `isDemand`: requests held or being answered. `isQuiet`: every trigger would say so, without an error. */
  look(nowMs: number, replicas: number, isDemand: boolean, isQuiet: boolean): void;
  /** Each decision of KEDA's poll, in order: the rule of the cooldown in its own words. */
  polled(decision: ScaleDecision): void;
  readonly found: {
    zeros: number;
    /** Still running after quiet longer than the cooldown and the slowest possible check. */
    missed: number;
    /** Zero although there was demand within the cooldown. */
    early: number;
    polls: number;
    /** Polls that decided about zero otherwise than the rule. */
    wrongPolls: number;
    longestGapMs: number;
  };
}

/** Two tries of at most 30 s each may lie between a poll and its decision, and one poll may just have begun. */
const slowestCheckMs = 60_000;

/** @param demandHolds policy `instant`: requests themselves hold replicas; under `keda` only what triggers say does. */
export function createCooldownOracle(
  cooldownMs: number,
  pollingIntervalMs: number,
  demandHolds: boolean,
): CooldownOracle {
  const found = { zeros: 0, missed: 0, early: 0, polls: 0, wrongPolls: 0, longestGapMs: 0 };
  let quietSinceMs: number | null = null;
  let lastDemandMs: number | null = null;
  let wasRunning = false;
  let isMissed = false;
  let lastActiveMs: number | null = null;
  let lastPollMs: number | null = null;

  return {
    found,
    look: (nowMs, replicas, isDemand, isQuiet) => {
      if (isDemand) lastDemandMs = nowMs;
      quietSinceMs = isQuiet && !isDemand ? (quietSinceMs ?? nowMs) : null;
      const overdueMs = cooldownMs + 2 * (pollingIntervalMs + slowestCheckMs);
      const isOverdue = quietSinceMs !== null && nowMs - quietSinceMs > overdueMs && replicas > 0;
      if (isOverdue && !isMissed) found.missed += 1;
      isMissed = isOverdue;
      if (wasRunning && replicas === 0) {
        found.zeros += 1;
        // Looked at once a second.
        const isEarly = lastDemandMs !== null && nowMs - lastDemandMs < cooldownMs - 1000;
        if (demandHolds && isEarly) found.early += 1;
      }
      wasRunning = replicas > 0;
    },
    polled: ({ from, inputs: { nowMs, snapshot }, to }) => {
      found.polls += 1;
      if (lastPollMs !== null) found.longestGapMs = Math.max(found.longestGapMs, nowMs - lastPollMs);
      lastPollMs = nowMs;
      const isError = snapshot.triggers.some(({ error }) => error !== null);
      const isActive = snapshot.triggers.some(({ active, error }) => active && error === null);
      let mayFall = false;
      if (isActive) {
        if (from === 0 || !isError) lastActiveMs = Math.floor(nowMs / 1000) * 1000;
      } else if (!isError && from > 0) {
        mayFall = lastActiveMs === null || nowMs - lastActiveMs > cooldownMs;
      }
      if ((from > 0 && to === 0) !== mayFall) found.wrongPolls += 1;
    },
  };
}
