import { AppError } from '../../contract/app-error.ts';

/** A replica as the plan sees it, oldest first. */
export interface PlannedReplica {
  readonly id: string;
  readonly state: 'starting' | 'ready' | 'draining' | 'failed';
  /** Draining, and not yet told to exit. */
  readonly revivable: boolean;
}

export interface ReplicaPlan {
  /** Draining replicas to take back, youngest first: their caches are warm and they cost nothing to start. */
  readonly revive: readonly string[];
  readonly start: number;
  readonly stop: readonly string[];
}

const stopOrder = { failed: 0, starting: 1, ready: 2, draining: 3 } as const;

/** What to do so that `desired` replicas are wanted. @throws AppError `invalid-argument` when desired is no count. */
export function planReplicas(
  replicas: readonly PlannedReplica[],
  desired: number,
  victims: readonly string[],
): ReplicaPlan {
  if (!Number.isInteger(desired) || desired < 0) {
    throw new AppError('invalid-argument', `expected a whole number of replicas >= 0, received ${desired}`);
  }
  const wanted = replicas.filter(({ state }) => state !== 'draining');
  const missing = desired - wanted.length;
  if (missing >= 0) {
    const revive = replicas
      .filter(({ state, revivable }) => state === 'draining' && revivable)
      .reverse()
      .slice(0, missing)
      .map(({ id }) => id);
    return { revive, start: missing - revive.length, stop: [] };
  }
  const chosen = victims.filter((id) => wanted.some((replica) => replica.id === id));
  const rest = wanted
    .filter(({ id }) => !chosen.includes(id))
    .reverse()
    .sort((a, b) => stopOrder[a.state] - stopOrder[b.state])
    .map(({ id }) => id);
  return { revive: [], start: 0, stop: [...chosen, ...rest].slice(0, -missing) };
}
