import type { TurnState } from '../../contract/conversation.ts';

/** States that are stored; `interrupted` is only ever shown. */
export type StoredState = Exclude<TurnState, 'interrupted'>;

/** From where to where a turn may go. `received` again means a retry. */
const transitions: Readonly<Record<StoredState, readonly StoredState[]>> = {
  received: ['retrieving', 'failed', 'abandoned', 'received'],
  retrieving: ['generating', 'failed', 'abandoned', 'received'],
  generating: ['answered', 'failed', 'abandoned', 'received'],
  answered: [],
  failed: ['received'],
  abandoned: ['received'],
};

export const isFinal = (state: StoredState): boolean =>
  state === 'answered' || state === 'failed' || state === 'abandoned';

/** A retry is told apart from progress: it takes the turn over, progress belongs to the lease's owner. */
export function mayMove(from: StoredState, to: StoredState): boolean {
  return transitions[from].includes(to);
}

/** What a reader is shown: a turn under way whose lease ran out is `interrupted`. */
export function shownState(state: StoredState, leaseUntilMs: number | null, nowMs: number): TurnState {
  return isFinal(state) || (leaseUntilMs !== null && leaseUntilMs > nowMs) ? state : 'interrupted';
}

/** May this turn be answered again? Failed, abandoned and interrupted ones may. */
export function mayRetry(state: StoredState, leaseUntilMs: number | null, nowMs: number): boolean {
  const shown = shownState(state, leaseUntilMs, nowMs);
  return shown === 'failed' || shown === 'abandoned' || shown === 'interrupted';
}
