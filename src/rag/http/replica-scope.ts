import type { Principal } from '../../contract/principal.ts';

/** What every route of a replica is told beside the request. */
export interface ReplicaScope {
  readonly principal: Principal;
}
