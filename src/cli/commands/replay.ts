import type { Replay } from '../../rag/trace/replay-trace.ts';
import { exitCodes } from '../exit-codes.ts';
import { openApi } from '../open-api.ts';
import type { ConfigFlags } from '../read-config.ts';

export interface ReplayFlags extends ConfigFlags {
  readonly url?: string;
  readonly json?: boolean;
}

/** `sluice replay`: answers a turn again from its stored passages and says whether the answer is the same. */
export async function replay(turnId: string, flags: ReplayFlags): Promise<void> {
  await using api = await openApi(flags);
  const path = `/v1/turns/${encodeURIComponent(turnId)}/replay`;
  const response = await api.request(path, { method: 'POST' });
  const outcome = (await response.json()) as Replay;
  if (!outcome.same) process.exitCode = exitCodes.failed;
  if (flags.json) {
    console.log(JSON.stringify(outcome));
    return;
  }
  console.log(outcome.replayed);
  console.log(
    outcome.same
      ? '\nThe answer is the same.'
      : `\nThe answer differs. ${outcome.differences.join(' ')}\nIt was:\n${outcome.answer}`,
  );
}
