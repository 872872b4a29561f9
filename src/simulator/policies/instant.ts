import { decideInstant } from '../../autoscaler/decision/decide-instant.ts';
import { createDecisionState } from '../../autoscaler/decision/decision-state.ts';
import type { TriggerReading } from '../../autoscaler/decision/load-snapshot.ts';
import type { InstantPolicy } from '../../autoscaler/decision/scale-policy.ts';
import { applyDecision, type RecordDecision } from '../apply-decision.ts';
import type { SimulatedPolicy, World, WorldChange } from '../simulated-policy.ts';
import type { SimulatedTriggers } from '../simulated-triggers.ts';

export interface InstantOptions {
  readonly policy: InstantPolicy;
  readonly triggers: SimulatedTriggers;
  /** The count before the trace begins. @defaultValue 0 */
  readonly firstReplicas?: number;
  readonly record?: RecordDecision;
  /** True: decides on every change, also where the answer is known to be the last one. @defaultValue false */
  readonly isExhaustive?: boolean;
}

/** Two turns settle everything; more would mean that decisions contradict one another. */
const maxTurns = 8;

/**
 * Policy `instant`: on each arrival, each end, each change of a replica, each reading of the triggers, and when a clock
 * inside the last decision ends.
 *
 * A decision is skipped where it must repeat the one before, which held: the number of replicas that the requests need
 * is the same, nothing changed about replicas and readings, and no replica fell idle. Then the target is the same, and
 * so are the clocks of idle replicas (one that became busy only makes the next alarm ask for nothing). A test runs
 * traces both ways.
 */
export function createInstantSimulation(options: InstantOptions): SimulatedPolicy {
  const { isExhaustive = false, policy, record, triggers } = options;
  let readings: readonly TriggerReading[] = [];
  let readAtMs: number | null = null;
  let state = createDecisionState(0);
  let slots = 1;
  /** The need of requests at the last decision, when that one held; -1 when it must be asked again. */
  let heldAtNeed = -1;

  const needOf = ({ inFlight, isRefusing, pending }: World): number =>
    Math.ceil((pending + inFlight + (isRefusing ? 1 : 0)) / slots);

  const decide = (world: World): void => {
    const nowMs = world.startMs + world.nowMs;
    for (let turn = 0; turn < maxTurns; turn += 1) {
      const snapshot = world.snapshot(readings, readAtMs);
      slots = snapshot.slotsPerReplica;
      const step = decideInstant(snapshot, policy, state, nowMs, { explains: record !== undefined });
      state = applyDecision(world, snapshot, step, record);
      const { kind, nextCheckAtMs } = step.decision;
      // As live: a clock that ends now or in the past would else be asked without pause.
      world.setAlarm(nextCheckAtMs === null ? null : Math.max(1, nextCheckAtMs - nowMs) + world.nowMs);
      heldAtNeed = kind === 'hold' ? needOf(world) : -1;
      if (kind === 'hold') return;
    }
  };

  return {
    name: 'instant',
    begin: (world) => {
      state = createDecisionState(world.startMs);
      world.beginWith(options.firstReplicas ?? 0);
      const poll = async (): Promise<void> => {
        world.at(world.nowMs + policy.pollingIntervalMs, poll);
        readings = await triggers.read(world);
        readAtMs = world.startMs + world.nowMs;
        decide(world);
      };
      triggers.begin(world);
      decide(world);
      world.at(0, poll);
    },
    changed: (world, change: WorldChange) => {
      if (change !== 'replicas') triggers.loadChanged(world);
      const isLoadOnly = change === 'arrival' || change === 'end';
      // Nothing to do at all is another case than little: its clocks begin.
      if (!isExhaustive && isLoadOnly && heldAtNeed > 0 && needOf(world) === heldAtNeed) return;
      decide(world);
    },
    alarm: decide,
    notes: () => triggers.notes(),
  };
}
