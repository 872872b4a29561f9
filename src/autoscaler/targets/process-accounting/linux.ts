import { readdir, readFile } from 'node:fs/promises';
import type { AccountProcesses } from '../process-accounting.ts';

/** Linux counts in hundredths of a second towards user space, on every architecture. */
const msPerTick = 10;

/** Group and processor time in `/proc/<pid>/stat`; null when it cannot be read. @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function parseStat(text: string): { readonly group: number; readonly cpuMs: number } | null {
  // The name stands in brackets and may hold brackets and spaces itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const numbers = [2, 11, 12, 13, 14].map((index) => Number(fields[index]));
  const [group = Number.NaN, ...ticks] = numbers;
  if (numbers.some(Number.isNaN)) return null;
  return { group, cpuMs: ticks.reduce((sum, tick) => sum + tick, 0) * msPerTick };
}

export const accountByProc: AccountProcesses = async (groups) => {
  const usages = new Map<number, { cpuMs: number; memoryBytes: number }>();
  if (groups.length === 0) return usages;
  const wanted = new Set(groups);
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  await Promise.all(
    ids.map(async (id) => {
      try {
        const stat = parseStat(await readFile(`/proc/${id}/stat`, 'latin1'));
        if (stat === null || !wanted.has(stat.group)) return;
        const status = await readFile(`/proc/${id}/status`, 'latin1');
        // A process that has ended and waits for its parent has no memory any more.
        const memoryBytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
        const usage = usages.get(stat.group) ?? { cpuMs: 0, memoryBytes: 0 };
        usage.cpuMs += stat.cpuMs;
        usage.memoryBytes += memoryBytes;
        usages.set(stat.group, usage);
      } catch {
        // It ended between the listing and the look at it.
      }
    }),
  );
  return usages;
};
