import type { Messages } from '../language/messages.ts';
import type { LiveState } from '../scaling/scaling-state.ts';
import type { PageTurn } from './chat-state.ts';

/** What is happening to a turn that is not over, in words. */
export function waitWords(turn: Pick<PageTurn, 'state'>, live: LiveState, messages: Messages): string {
  if (turn.state === 'generating') return messages.generating;
  if (turn.state !== 'sending') return messages.retrieving;
  const [target] = live.targets;
  if (!target || live.link !== 'live') return messages.sending;
  const ready = target.replicas.filter(({ state }) => state === 'ready').length;
  if (ready === 0) return messages.waking;
  return target.pending > 0 ? messages.queued : messages.sending;
}
