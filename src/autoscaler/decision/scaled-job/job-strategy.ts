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
 * The strategy in force: `custom` needs a percentage that reads as a number (nil counts as 0 and falls out as
 * `default` only when the deduction is unset too), else `default` takes its place without a word, as in KEDA.
 */
export function jobStrategyName({
  strategy,
  customScalingRunningJobPercentage: percentage,
}: JobStrategy): 'default' | 'custom' | 'accurate' | 'eager' {
  if (strategy === 'accurate' || strategy === 'eager') return strategy;
  if (strategy !== 'custom') return 'default';
  return percentage === null || parsePercentage(percentage) !== null ? 'custom' : 'default';
}

/** How many jobs more there may be, before "never negative", and how many at most in this poll. */
export function effectiveMaxScale(
  strategy: JobStrategy,
  { maxScale, running, pending, maxReplicas, scaleTo }: JobCounts,
): { readonly effectiveMaxScale: number; readonly scaleTo: number } {
  switch (jobStrategyName(strategy)) {
    case 'default':
      return { effectiveMaxScale: maxScale - running, scaleTo };
    case 'custom': {
      const share = parsePercentage(strategy.customScalingRunningJobPercentage ?? '0') ?? 0;
      const deduction = strategy.customScalingQueueLengthDeduction ?? 0;
      // Both unset says nothing about running jobs; then it is the default strategy.
      if (
        strategy.customScalingRunningJobPercentage === null &&
        strategy.customScalingQueueLengthDeduction === null
      ) {
        return { effectiveMaxScale: maxScale - running, scaleTo };
      }
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
      throw new TypeError('unreachable');
  }
}

function parsePercentage(text: string): number | null {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : null;
}
