/** What a replica's whole process group has used. */
export interface GroupUsage {
  /** Processor time since its start, user and system, of its ended children too. */
  readonly cpuMs: number;
  /** Resident now; pages shared between its processes count once in each. */
  readonly memoryBytes: number;
}

/** Measures process groups on this machine. A group that is gone is left out. */
export type AccountProcesses = (groups: readonly number[]) => Promise<ReadonlyMap<number, GroupUsage>>;

/** @param platform `process.platform`; Linux is read from /proc, others through `ps`. */
export async function processAccounting(
  platform: NodeJS.Platform = process.platform,
): Promise<AccountProcesses> {
  return platform === 'linux'
    ? (await import('./process-accounting/linux.ts')).accountByProc
    : (await import('./process-accounting/ps.ts')).accountByPs;
}
