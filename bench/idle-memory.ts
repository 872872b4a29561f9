import { readFileSync } from 'node:fs';
import { builtInManifest } from '../src/autoscaler/manifests/built-in.ts';
import { eventually, programs, startSluice } from '../test/support/sluice-process.ts';
import type { BenchReport } from './report.ts';

// Resident memory of `sluice up` at zero replicas: after its start, and again after it has served and gone back to zero.

/** Kilobytes of a line of /proc/<pid>/status; Linux only. */
function memoryMb(pid: number, line: 'VmRSS' | 'RssAnon' | 'VmHWM'): number {
  const found = new RegExp(`^${line}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? Number.NaN) / 1024;
}

export async function run(): Promise<BenchReport> {
  // The built-in manifest with a short cooldown, so that the scenario ends.
  await using sluice = await startSluice({
    args: ['--documents', programs.examples],
    manifest: builtInManifest.replace('maxReplicaCount: 10', 'maxReplicaCount: 10\n  cooldownPeriod: 2'),
  });
  const pid = sluice.child.pid ?? 0;
  const replicas = async (): Promise<number> => {
    const status = (await (await fetch(`${sluice.adminUrl}/scaling`)).json()) as {
      targets: { replicas: unknown[] }[];
    };
    return status.targets[0]?.replicas.length ?? 0;
  };
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10_000));
  await settle();
  const fresh = memoryMb(pid, 'VmRSS');
  for (let index = 0; index < 50; index += 1) {
    await (
      await fetch(`${sluice.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          messages: [{ role: 'user', content: `Who was the first secretary of the trust? ${index}` }],
        }),
      })
    ).text();
  }
  await eventually('zero replicas', async () => (await replicas()) === 0, 60_000);
  await settle();
  const figures = [
    { name: 'sluice up at zero replicas, resident, after its start', value: fresh, unit: 'MB' },
    { name: 'the same after 50 answers and back to zero', value: memoryMb(pid, 'VmRSS'), unit: 'MB' },
    { name: 'of that not shared with other processes', value: memoryMb(pid, 'RssAnon'), unit: 'MB' },
    { name: 'highest in between', value: memoryMb(pid, 'VmHWM'), unit: 'MB' },
  ];
  return {
    scenario: 'idle-memory',
    figures,
    notes: ['read from /proc/<pid>/status 10 s after the last change'],
  };
}
