import { formatNumber, formatReplicas, triggerLabel } from '../explain.ts';
import { toInt32 } from '../hpa/quantity.ts';
import type { TriggerState } from '../keda/evaluate-triggers.ts';
import { activeTriggers } from '../keda/evaluate-triggers.ts';
import type { LoadSnapshot } from '../load-snapshot.ts';
import type { InstantPolicy } from '../scale-policy.ts';

/** How many replicas are needed now, before bounds, and what says so. */
export interface InstantNeed {
  /** False: nothing asks for a replica. */
  readonly isActive: boolean;
  /** 0 when inactive. */
  readonly replicas: number;
  /** Which of the voices is the loudest. */
  readonly by: 'requests' | 'schedule' | 'fallback' | 'trigger' | 'annotation' | 'nothing';
  /** Start of a sentence: "3 in flight and 2 held at 2 a replica need 3 replicas". */
  readonly why: () => string;
}

/**
 * The largest of: requests / slots with headroom (one that was refused is a request as well), what each active
 * AverageValue trigger asks for (cron's window is one of them), and 1 for anything active at all. Triggers with a `Value`
 * target and cpu or memory vote on activity only: their proposals multiply with the current count, which makes no sense
 * at every arrival.
 */
export function instantNeed(
  snapshot: LoadSnapshot,
  policy: InstantPolicy,
  triggers: TriggerState,
): InstantNeed {
  const { pending, inFlight } = snapshot;
  const slots = Math.max(1, snapshot.slotsPerReplica);
  const needs: InstantNeed[] = [];
  // However many were refused, they count as one: a client that tries again and again is still one client.
  const refused = snapshot.refusedAtMs === undefined ? 0 : 1;
  if (pending + inFlight + refused > 0) {
    const bare = Math.ceil((pending + inFlight + refused) / slots);
    const replicas = bare + Math.max(0, policy.headroomReplicas);
    needs.push({
      isActive: true,
      replicas,
      by: 'requests',
      why: () => {
        const spare = replicas > bare ? ` and ${replicas - bare} to spare` : '';
        return refused > 0
          ? `${inFlight} in flight, ${pending} held and one that found no place to wait need ${formatReplicas(bare)} of ${slots} at once${spare}`
          : `${inFlight} in flight and ${pending} held at ${slots} a replica need ${formatReplicas(bare)}${spare}`;
      },
    });
  }
  if (policy.pause.forceActivation) {
    needs.push({
      isActive: true,
      replicas: 1,
      by: 'annotation',
      why: () => 'the annotation force-activation keeps it active',
    });
  }
  if (triggers.isActive) {
    needs.push(...(policy.formula === null ? triggerNeeds(triggers) : formulaNeed(policy, triggers)));
  }
  return needs.reduce((most, need) => (need.replicas > most.replicas ? need : most), idle);
}

const idle: InstantNeed = { isActive: false, replicas: 0, by: 'nothing', why: () => 'nothing is asked' };

function triggerNeeds(triggers: TriggerState): readonly InstantNeed[] {
  const active = activeTriggers(triggers.answers);
  return triggers.answers.flatMap(({ reading, answer }): readonly InstantNeed[] => {
    if (!active.has(reading.index) || reading.isResource) return [];
    if (answer.kind !== 'value' && answer.kind !== 'fallback') return [];
    const sizes = reading.target.kind === 'AverageValue' && reading.target.value > 0;
    const replicas = sizes ? Math.max(1, toInt32(Math.ceil(answer.value / reading.target.value))) : 1;
    const by = answer.kind === 'fallback' ? 'fallback' : reading.type === 'cron' ? 'schedule' : 'trigger';
    const why = (): string =>
      by === 'fallback'
        ? `${triggerLabel(reading)} is replaced by its fallback of ${formatReplicas(replicas)}`
        : `${triggerLabel(reading)} is active at ${formatNumber(answer.value)} against ${formatNumber(reading.target.value)} and needs ${formatReplicas(replicas)}`;
    return [{ isActive: true, replicas, by, why }];
  });
}

function formulaNeed(policy: InstantPolicy, { composite }: TriggerState): readonly InstantNeed[] {
  const { formula } = policy;
  if (formula === null || composite?.kind !== 'value') return [];
  const target = Number(formula.target);
  const sizes = formula.metricType === 'AverageValue' && target > 0;
  const replicas = sizes ? Math.max(1, toInt32(Math.ceil(composite.value / target))) : 1;
  const why = (): string =>
    `the formula gives ${formatNumber(composite.value)} against ${formula.target} and needs ${formatReplicas(replicas)}`;
  return [{ isActive: true, replicas, by: composite.from === 'fallback' ? 'fallback' : 'trigger', why }];
}
