import { randomBytes } from 'node:crypto';
import type { ReplicaAddress, ReplicaState } from '../../../../contract/load.ts';
import type { LaunchSpec } from '../../../manifests/target-spec.ts';
import type { ReplicaExit, ReplicaStatus } from '../../scale-target.ts';
import type { ReplicaProcess } from './replica-process.ts';

/** What the process driver knows of one replica. */
export interface ReplicaRecord {
  readonly id: string;
  state: ReplicaState;
  /** `waiting`: for a start slot or the back-off. `launching`: its address is being made. */
  phase: 'waiting' | 'launching' | 'running' | 'draining' | 'stopping';
  address: ReplicaAddress;
  readonly wantedAtMs: number;
  startedAtMs: number | null;
  readyAtMs: number | null;
  restarts: number;
  lastExit: ReplicaExit | null;
  /** Why it is being ended although it is wanted; null when it is not. */
  condemned: string | null;
  process: ReplicaProcess | null;
  /** Ends the drain: aborted when the replica is taken back. */
  drain: AbortController | null;
  /** Gives back the start slot, cancels the start time-out. */
  startOver: (() => void) | null;
}

/** Until its process exists. */
export const noAddress: ReplicaAddress = { kind: 'tcp', host: '127.0.0.1', port: 0 };

/** A replica that is wanted and waits for its start. Its id keeps through restarts. */
export function createRecord(target: string, wantedAtMs: number): ReplicaRecord {
  return {
    id: `${target}-${randomBytes(3).toString('hex')}`,
    state: 'starting',
    phase: 'waiting',
    address: noAddress,
    wantedAtMs,
    startedAtMs: null,
    readyAtMs: null,
    restarts: 0,
    lastExit: null,
    condemned: null,
    process: null,
    drain: null,
    startOver: null,
  };
}

/** As the port shows it. */
export function statusOf(replica: ReplicaRecord, launch: LaunchSpec): ReplicaStatus {
  const { address, id, lastExit, readyAtMs, restarts, startedAtMs, state, wantedAtMs } = replica;
  return {
    id,
    target: launch.name,
    address,
    state,
    slots: launch.slots,
    pid: replica.process?.pid ?? null,
    wantedAtMs,
    startedAtMs,
    readyAtMs,
    restarts,
    lastExit,
  };
}
