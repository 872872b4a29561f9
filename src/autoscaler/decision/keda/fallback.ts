import type { MetricHealth } from '../decision-state.ts';
import type { MetricTarget } from '../load-snapshot.ts';
import type { FallbackPolicy, FormulaPolicy } from '../scale-policy.ts';

/** What a metric says once fallback has had its word. */
export type MetricAnswer =
  | { readonly kind: 'value'; readonly value: number }
  /** Substituted: `value` makes the HPA go to `replicas`. */
  | { readonly kind: 'fallback'; readonly value: number; readonly replicas: number }
  /** Enters a formula as nil; only with fallback behavior `scalingModifiers`. */
  | { readonly kind: 'nil' }
  | { readonly kind: 'error'; readonly message: string };

/** What fallback needs to know besides the metric itself. */
export interface FallbackContext {
  readonly fallback: FallbackPolicy | null;
  readonly formula: FormulaPolicy | null;
  /** Null when it cannot be read. */
  readonly specReplicas: number | null;
  /** Running and Ready. */
  readonly readyReplicas: number;
}

/** Whether KEDA accepts the fallback. With a formula its target must be a plain whole number: "2.5" silently disables it. */
export function isFallbackValid(fallback: FallbackPolicy, formula: FormulaPolicy | null): boolean {
  if (fallback.failureThreshold < 0 || fallback.replicas < 0) return false;
  if (formula === null) return true;
  return /^[+-]?\d+$/.test(formula.target) && Number(formula.target) > 0;
}

/** Condition `Fallback`: some metric has failed more often than the threshold allows. */
export function isFallingBack(
  health: Readonly<Record<string, MetricHealth>>,
  fallback: FallbackPolicy | null,
  formula: FormulaPolicy | null,
): boolean {
  if (fallback === null || !isFallbackValid(fallback, formula)) return false;
  return Object.values(health).some(
    ({ status, numberOfFailures }) => status === 'Failing' && numberOfFailures > fallback.failureThreshold,
  );
}

/** The metric's health after one more answer: a success clears it, an error adds 1; untouched without a valid fallback. */
export function nextHealth(
  health: MetricHealth | undefined,
  failed: boolean,
  context: Pick<FallbackContext, 'fallback' | 'formula'>,
): MetricHealth | undefined {
  const { fallback, formula } = context;
  if (fallback === null || !isFallbackValid(fallback, formula)) return health;
  if (!failed) return { numberOfFailures: 0, status: 'Happy' };
  return { numberOfFailures: (health?.numberOfFailures ?? 0) + 1, status: 'Failing' };
}

/**
 * The substitute for a metric that failed `numberOfFailures` times in a row, or the error itself while the threshold
 * is not exceeded. The value is target × replicas, so that the HPA arrives at exactly `replicas`; for a `Value` target
 * it is divided by the ready replicas, because the HPA multiplies by them.
 */
export function fallbackAnswer(
  message: string,
  numberOfFailures: number,
  target: MetricTarget,
  context: FallbackContext,
): MetricAnswer {
  const { fallback, formula } = context;
  const error: MetricAnswer = { kind: 'error', message };
  if (fallback === null || !isFallbackValid(fallback, formula)) return error;
  if (numberOfFailures <= fallback.failureThreshold) return error;
  if (fallback.behavior === 'scalingModifiers') return { kind: 'nil' };
  const replicas = fallbackReplicas(fallback, context.specReplicas);
  if (replicas === null) return error;
  const targetValue = formula === null ? target.value : Number(formula.target);
  const isValue = (formula === null ? target.kind : formula.metricType) === 'Value';
  if (isValue && context.readyReplicas <= 0) return error;
  // In this order, as KEDA multiplies: 0.7 × 3 is 2.0999… and would lose a thousandth, 700 × 3 does not.
  const milli = targetValue * 1000 * (isValue ? replicas / context.readyReplicas : replicas);
  return { kind: 'fallback', value: Math.trunc(milli) / 1000, replicas };
}

function fallbackReplicas(fallback: FallbackPolicy, current: number | null): number | null {
  if (fallback.behavior === 'static' || fallback.behavior === 'scalingModifiers') {
    return fallback.replicas;
  }
  if (current === null) return null;
  switch (fallback.behavior) {
    case 'currentReplicas':
      return current;
    case 'currentReplicasIfHigher':
      return Math.max(current, fallback.replicas);
    case 'currentReplicasIfLower':
      return Math.min(current, fallback.replicas);
    default:
      return fallback.behavior satisfies never;
  }
}
