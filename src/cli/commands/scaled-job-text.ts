import type { ScaledJobStatus } from '../../contract/scaling.ts';
import { clockTime } from './clock-time.ts';
import { countStates } from './count-states.ts';

/** How many finished jobs are told one by one. */
const maxFinished = 10;

/** What a ScaledJob runs and why, as a person reads it. */
export function scaledJobText({ jobs, lastDecision, maxReplicas, scaledJob }: ScaledJobStatus): string {
  const counts = countStates(jobs, ['running', 'pending', 'succeeded', 'failed']);
  const lines = [`${scaledJob}: ${counts || 'no jobs'}; at most ${maxReplicas} at once`];
  if (lastDecision) {
    lines.push(`${clockTime(lastDecision.atMs)}: ${lastDecision.reason}`, `  ${lastDecision.explanation}`);
  }
  const isOver = ({ finishedAtMs }: { readonly finishedAtMs: number | null }): boolean =>
    finishedAtMs !== null;
  const told = [
    ...jobs.filter((job) => !isOver(job)),
    ...jobs.filter((job) => isOver(job)).slice(0, maxFinished),
  ];
  if (told.length > 0) lines.push('');
  for (const { finishedAtMs, message, name, pid, startedAtMs, state, tries } of told) {
    const parts = [
      startedAtMs === null ? 'waits for room' : `started ${clockTime(startedAtMs)}`,
      ...(finishedAtMs === null ? [] : [`ended ${clockTime(finishedAtMs)}`]),
      ...(pid === null ? [] : [`process ${pid}`]),
      ...(tries > 1 ? [`try ${tries}`] : []),
    ];
    lines.push(`  ${name} ${state}: ${parts.join(', ')}${message === null ? '' : `. ${message}`}`);
  }
  return lines.join('\n');
}
