import type { MetricsRegistry } from '../platform/metrics.ts';
import { durationBuckets } from '../platform/metrics.ts';
import type { ScaleDecision } from './decision/scale-decision.ts';
import type { ReplicaStatus, ScaleTarget } from './targets/scale-target.ts';

/** What Prometheus is told of scaling. */
export interface ScalingMetrics {
  decided(target: string, decision: ScaleDecision): void;
  /** Call after each change of a target's replicas. */
  replicasChanged(target: ScaleTarget): void;
}

const states = ['starting', 'ready', 'draining', 'failed'] as const;

export function createScalingMetrics(
  registry: MetricsRegistry,
  targets: readonly ScaleTarget[],
): ScalingMetrics {
  registry.gaugeFrom('sluice_replicas', 'Replicas by state.', function* collect() {
    for (const target of targets) {
      const replicas = target.replicas();
      for (const state of states) {
        yield [{ target: target.name, state }, replicas.filter((replica) => replica.state === state).length];
      }
    }
  });
  registry.gaugeFrom('sluice_replicas_desired', 'Replicas wanted.', () =>
    targets.map((target) => [{ target: target.name }, target.desired] as const),
  );
  const decisions = registry.counter(
    'sluice_decisions_total',
    'Decisions of the autoscaler by kind and reason.',
  );
  const restarts = registry.counter('sluice_replica_restarts_total', 'Times a replica was started again.');
  const stages = registry.histogram(
    'sluice_cold_start_seconds',
    'Start of a replica: decided to spawned, spawned to ready, and total.',
    durationBuckets,
  );
  /** Replica id and start, of those counted as ready, and restarts counted, per target. */
  const counted = new Map<string, { ready: Set<string>; restarts: Map<string, number> }>();

  const observeStart = (target: string, replica: ReplicaStatus): void => {
    const { readyAtMs, startedAtMs, wantedAtMs } = replica;
    if (readyAtMs === null || startedAtMs === null) return;
    stages.observe((readyAtMs - startedAtMs) / 1000, { target, stage: 'ready' });
    if (replica.restarts > 0) return;
    stages.observe((startedAtMs - wantedAtMs) / 1000, { target, stage: 'spawned' });
    stages.observe((readyAtMs - wantedAtMs) / 1000, { target, stage: 'total' });
  };

  return {
    decided: (target, { kind, reason }) => decisions.inc({ target, kind, reason }),
    replicasChanged: (target) => {
      const before = counted.get(target.name);
      const ready = new Set<string>();
      const restarted = new Map<string, number>();
      for (const replica of target.replicas()) {
        restarted.set(replica.id, replica.restarts);
        const more = replica.restarts - (before?.restarts.get(replica.id) ?? 0);
        if (more > 0) restarts.inc({ target: target.name }, more);
        if (replica.readyAtMs === null) continue;
        const key = `${replica.id} ${replica.startedAtMs}`;
        ready.add(key);
        if (!before?.ready.has(key)) observeStart(target.name, replica);
      }
      counted.set(target.name, { ready, restarts: restarted });
    },
  };
}
