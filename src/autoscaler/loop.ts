import type { LoadReport } from '../contract/load.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { stateAfterFailedWrite, type DecisionState } from './decision/decision-state.ts';
import { chooseVictims } from './decision/instant/choose-victims.ts';
import type { LoadSnapshot, PodSample, TriggerReading } from './decision/load-snapshot.ts';
import { markedActive } from './decision/marked-active.ts';
import type { DecisionStep, ScaleCondition, ScaleDecision } from './decision/scale-decision.ts';
import { createObserver } from './observe.ts';
import type { ScaleTarget } from './targets/scale-target.ts';

/** A pure decision, its policy already in it. */
export type DecideStep = (snapshot: LoadSnapshot, state: DecisionState, nowMs: number) => DecisionStep;

export interface LoopOptions {
  readonly target: ScaleTarget;
  /** Requests a replica answers at once. */
  readonly slots: number;
  readonly load: () => LoadReport;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly state: DecisionState;
  /** Only where a trigger is cpu or memory. */
  readonly pods?: () => readonly PodSample[];
  /** Every decision, after it was applied. */
  readonly record: (decision: ScaleDecision, state: DecisionState) => void;
}

/** The way of a decision for one target: observe -> decide -> apply -> record. Synchronous, so an arrival is decided on before it waits. */
export interface Loop {
  /** Values that the next decisions look at. */
  setReadings(readings: readonly TriggerReading[]): void;
  readonly readings: readonly TriggerReading[];
  /** What a decision would look at now. */
  observe(): LoadSnapshot;
  /** A trigger has pushed "active": its readings say so until the next poll, which alone finds out the opposite. */
  markActive(index: number): void;
  /** What decisions remember. */
  readonly state: DecisionState;
  /**
   * Asked for from within itself (starting a replica is a change too), it runs once more when it is done. Never throws:
   * whoever calls decides again later. @returns null where nothing was decided.
   */
  step(decide: DecideStep): ScaleDecision | null;
}

/** As the HPA says it; KEDA says nothing of its own failed writes. */
const whenNotWritten = (condition: ScaleCondition): ScaleCondition =>
  condition.type === 'AbleToScale'
    ? { type: 'AbleToScale', status: 'False', reason: 'FailedUpdateScale' }
    : condition;

/** Two turns settle everything; more would mean that decisions contradict one another. */
const maxTurns = 8;

export function createLoop(options: LoopOptions): Loop {
  const { clock, logger, target } = options;
  const observer = createObserver(target, options.slots, options.load, options.pods);
  let { state } = options;
  let readings: readonly TriggerReading[] = [];
  let readAtMs: number | null = null;
  let isRunning = false;
  let again: DecideStep | null = null;

  const observe = (): LoadSnapshot => observer.observe(clock.now(), readings, readAtMs);

  const once = (decide: DecideStep): ScaleDecision => {
    const nowMs = clock.now();
    const snapshot = observe();
    const { decision, state: decided } = decide(snapshot, state, nowMs);
    if (apply(decision, snapshot)) {
      state = decided;
      options.record(decision, state);
    } else {
      state = stateAfterFailedWrite(state, decided);
      options.record({ ...decision, conditions: decision.conditions.map(whenNotWritten) }, state);
    }
    return decision;
  };

  const apply = (decision: ScaleDecision, snapshot: LoadSnapshot): boolean => {
    if (decision.kind === 'hold') return true;
    try {
      target.scaleTo(decision.to, chooseVictims(snapshot.replicas, decision.from - decision.to));
      return true;
    } catch (error) {
      logger.error({ event: 'scaling-failed', target: target.name, to: decision.to, error });
      return false;
    }
  };

  return {
    get readings() {
      return readings;
    },
    observe,
    setReadings: (values) => {
      readings = values;
      readAtMs = clock.now();
    },
    markActive: (index) => {
      // The time of reading stays: a push is no reading of the others, whose failures would be counted again.
      readings = markedActive(readings, index);
    },
    get state() {
      return state;
    },
    step: (decide) => {
      if (isRunning) {
        again = decide;
        return null;
      }
      isRunning = true;
      try {
        let decision = once(decide);
        for (let turn = 1; again !== null && turn < maxTurns; turn += 1) {
          const next: DecideStep = again;
          again = null;
          decision = once(next);
        }
        return decision;
      } catch (error) {
        logger.error({ event: 'decision-failed', target: target.name, error });
        return null;
      } finally {
        again = null;
        isRunning = false;
      }
    },
  };
}
