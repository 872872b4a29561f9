/** `scalingStrategy` of a ScaledJob. */
export interface JobStrategy {
  readonly strategy: string;
  readonly customScalingQueueLengthDeduction: number | null;
  /** A decimal as text, for example "0.5". */
  readonly customScalingRunningJobPercentage: string | null;
}

/** Numbers a strategy works with, all relative to `minReplicaCount`. */
export interface JobCounts {
  /** What the queue asks for. */
  readonly maxScale: number;
  readonly running: number;
  readonly pending: number;
  readonly maxReplicas: number;
  /** Most to create in one poll. */
  readonly scaleTo: number;
}

/**
 * The strategy in force. `custom` needs a percentage that reads as a number; without one `default` takes its place
 * without a word, as in KEDA, even when a deduction is written.
 */
export function jobStrategyName({
  strategy,
  customScalingRunningJobPercentage: percentage,
}: JobStrategy): 'default' | 'custom' | 'accurate' | 'eager' {
  if (strategy === 'accurate' || strategy === 'eager') return strategy;
  if (strategy !== 'custom') return 'default';
  return parsePercentage(percentage) === null ? 'default' : 'custom';
}

/** How many jobs more there may be, before "never negative", and how many at most in this poll. */
export function effectiveMaxScale(
  strategy: JobStrategy,
  { maxScale, running, pending, maxReplicas, scaleTo }: JobCounts,
): { readonly effectiveMaxScale: number; readonly scaleTo: number } {
  const name = jobStrategyName(strategy);
  switch (name) {
    case 'default':
      return { effectiveMaxScale: maxScale - running, scaleTo };
    case 'custom': {
      const share = parsePercentage(strategy.customScalingRunningJobPercentage) ?? 0;
      const deduction = strategy.customScalingQueueLengthDeduction ?? 0;
      const rest = maxScale - deduction - Math.trunc(running * share);
      return { effectiveMaxScale: Math.min(rest, maxReplicas), scaleTo };
    }
    case 'accurate':
      return {
        effectiveMaxScale:
          maxScale + running - pending > maxReplicas ? maxReplicas - running : maxScale - pending,
        scaleTo,
      };
    case 'eager':
      return {
        effectiveMaxScale: Math.min(maxReplicas - running - pending, maxScale),
        scaleTo: maxReplicas,
      };
    default:
      return name satisfies never;
  }
}

/** `customScalingRunningJobPercentage` as a number; null when it is none. */
export function parsePercentage(text: string | null): number | null {
  return text !== null && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : null;
}
