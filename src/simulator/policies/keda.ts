import { createDecisionState, type DecisionState } from '../../autoscaler/decision/decision-state.ts';
import { hpaTick } from '../../autoscaler/decision/hpa-tick.ts';
import { kedaPush, kedaTick } from '../../autoscaler/decision/keda-tick.ts';
import { isUnanswered } from '../../autoscaler/decision/keda/evaluate-triggers.ts';
import type { TriggerReading } from '../../autoscaler/decision/load-snapshot.ts';
import { markedActive } from '../../autoscaler/decision/marked-active.ts';
import type { KedaPolicy } from '../../autoscaler/decision/scale-policy.ts';
import type { ReadRequest } from '../../autoscaler/triggers/trigger-set.ts';
import { applyDecision, type RecordDecision } from '../apply-decision.ts';
import type { SimulatedPolicy, World } from '../simulated-policy.ts';
import type { SimulatedTriggers } from '../simulated-triggers.ts';

export interface KedaOptions {
  readonly policy: KedaPolicy;
  readonly triggers: SimulatedTriggers;
  /** The count before the trace begins. @defaultValue 0 */
  readonly firstReplicas?: number;
  /** When the first poll is; then one every polling interval. @defaultValue 0 */
  readonly pollPhaseMs?: number;
  /** When the HPA first syncs; then again a sync period after each. @defaultValue one sync period */
  readonly hpaPhaseMs?: number;
  readonly record?: RecordDecision;
}

/** Policy `keda`: the poll and the HPA's sync in phases of their own, by the functions a live run decides with. */
export function createKedaSimulation(options: KedaOptions): SimulatedPolicy {
  const { policy, record, triggers } = options;
  const { pollingIntervalMs } = policy;
  const { syncPeriodMs } = policy.hpa;
  let readings: readonly TriggerReading[] = [];
  let readAtMs: number | null = null;

  const read = async (world: World, state: DecisionState, by: ReadRequest['by']): Promise<void> => {
    readings = await triggers.read(world, {
      by,
      isUnanswered: (reading) => isUnanswered(reading, world.snapshot(readings, readAtMs), policy, state),
    });
    readAtMs = world.startMs + world.nowMs;
  };

  return {
    name: 'keda',
    begin: (world) => {
      world.beginWith(options.firstReplicas ?? 0);
      let state = createDecisionState(world.startMs);
      const poll = async (): Promise<void> => {
        world.at(world.nowMs + pollingIntervalMs, poll);
        await read(world, state, 'poll');
        const snapshot = world.snapshot(readings, readAtMs);
        const step = kedaTick(snapshot, policy, state, world.startMs + world.nowMs);
        state = applyDecision(world, snapshot, step, record);
      };
      const sync = async (): Promise<void> => {
        // At zero the HPA is off and asks nobody.
        if (world.desired > 0) await read(world, state, 'hpa');
        const snapshot = world.snapshot(readings, readAtMs);
        const step = hpaTick(snapshot, policy, state, world.startMs + world.nowMs);
        state = applyDecision(world, snapshot, step, record);
        // A gap from the end of one sync to the start of the next; a simulated sync takes no time.
        world.at(world.nowMs + syncPeriodMs, sync);
      };
      triggers.begin(world, (index) => {
        readings = markedActive(readings, index);
        const snapshot = world.snapshot(readings, readAtMs);
        const step = kedaPush(snapshot, policy, state, world.startMs + world.nowMs);
        state = applyDecision(world, snapshot, step, record);
      });
      world.at(options.pollPhaseMs ?? 0, poll);
      world.at(options.hpaPhaseMs ?? syncPeriodMs, sync);
    },
    changed: (world, change) => {
      if (change !== 'replicas') triggers.loadChanged(world);
    },
    notes: () => triggers.notes(),
  };
}
