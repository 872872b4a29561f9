import type { DecisionState } from './decision-state.ts';
import { formatDuration } from './explain.ts';
import type { PolicyBase } from './scale-policy.ts';

/** Start of a sentence: which clock has ended, so that nothing holds the count any more. */
export function cooldownOver(
  { cooldownMs, initialCooldownMs }: Pick<PolicyBase, 'cooldownMs' | 'initialCooldownMs'>,
  { lastActiveMs }: Pick<DecisionState, 'lastActiveMs'>,
): string {
  if (lastActiveMs !== null) return `the cooldown of ${formatDuration(cooldownMs)} has passed`;
  return initialCooldownMs === 0
    ? 'it has never been active, and there is no initial cooldown'
    : `it has never been active, and the initial cooldown of ${formatDuration(initialCooldownMs)} has passed`;
}
