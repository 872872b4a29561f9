import type { ReplicaEndpoint } from '../../contract/load.ts';

/**
 * The most loaded ready replica that still has a free slot: packing keeps the others idle, so that they can be stopped.
 * Ties go to the first of the list.
 *
 * @param inFlight requests of a replica at this moment. @param isAside whether it has just refused a connection.
 */
export function pickReplica(
  replicas: readonly ReplicaEndpoint[],
  inFlight: (replicaId: string) => number,
  isAside: (replicaId: string) => boolean,
): ReplicaEndpoint | null {
  let best: ReplicaEndpoint | null = null;
  let bestLoad = -1;
  for (const replica of replicas) {
    if (replica.state !== 'ready') continue;
    const load = inFlight(replica.id);
    if (load < replica.slots && load > bestLoad && !isAside(replica.id)) {
      best = replica;
      bestLoad = load;
    }
  }
  return best;
}
