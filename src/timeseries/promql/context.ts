import { type LabelSet, labelsKey, labelsText, metricNameLabel, withoutLabels } from '../labels.ts';
import type { QueryBudget } from '../query-budget.ts';
import type { MetricsStore, StoredSeries } from '../store.ts';
import type { Subquery, VectorSelector } from './ast.ts';
import { evaluationError } from './query-error.ts';
import type { VectorSample } from './value.ts';

/**
 * Whose rules apply where Prometheus 2 and 3 differ:
 * - ranges and lookback include a sample exactly at their start in 2, and leave it out in 3;
 * - rate, increase and delta cut the extrapolation towards zero before (2) or after (3) looking how far the first
 *   sample is from the start of the range;
 * - stddev and stdvar of a single NaN or infinite value are 0 in 2, NaN in 3.
 *
 * @see https://prometheus.io/docs/prometheus/latest/migration/
 */
export type PromqlSemantics = 'prometheus-2' | 'prometheus-3';

export type SeriesSource = Pick<MetricsStore, 'select'>;

/** What one query is evaluated against. */
export interface EvaluationContext {
  readonly source: SeriesSource;
  readonly semantics: PromqlSemantics;
  /** First and last evaluation time of the query, for `@ start()` and `@ end()`. */
  readonly startMs: number;
  readonly endMs: number;
  /** How far back an instant selector looks for a sample, in milliseconds. */
  readonly lookbackMs: number;
  /** Step of a subquery that gives none, in milliseconds. */
  readonly defaultStepMs: number;
  readonly memo: QueryMemo;
  readonly budget: QueryBudget;
}

/** What a query computes once and uses at every step. Label sets are compared by identity: a series keeps its own. */
export interface QueryMemo {
  key(labels: LabelSet): string;
  withoutName(labels: LabelSet): LabelSet;
  selected(selector: VectorSelector, select: () => readonly StoredSeries[]): readonly StoredSeries[];
  /** Results of a subquery's inner expression by time. */
  subquery(node: Subquery): Map<number, readonly VectorSample[]>;
  /** A function of a label set, remembered for each `owner`. */
  derive<T>(owner: object, labels: LabelSet, make: () => T): T;
}

export function createQueryMemo(): QueryMemo {
  const keys = new WeakMap<LabelSet, string>();
  const nameless = new WeakMap<LabelSet, LabelSet>();
  const selections = new Map<VectorSelector, readonly StoredSeries[]>();
  const subqueries = new Map<Subquery, Map<number, readonly VectorSample[]>>();
  const derived = new Map<object, WeakMap<LabelSet, { readonly value: unknown }>>();
  return {
    key: (labels) => {
      const known = keys.get(labels);
      if (known !== undefined) return known;
      const key = labelsKey(labels);
      keys.set(labels, key);
      return key;
    },
    withoutName: (labels) => {
      const known = nameless.get(labels);
      if (known) return known;
      const made = withoutLabels(labels, [metricNameLabel]);
      nameless.set(labels, made);
      return made;
    },
    selected: (selector, select) => {
      const known = selections.get(selector);
      if (known) return known;
      const found = select();
      selections.set(selector, found);
      return found;
    },
    subquery: (node) => {
      const known = subqueries.get(node) ?? new Map<number, readonly VectorSample[]>();
      subqueries.set(node, known);
      return known;
    },
    derive: <T>(owner: object, labels: LabelSet, make: () => T): T => {
      const byLabels = derived.get(owner) ?? new WeakMap<LabelSet, { readonly value: unknown }>();
      derived.set(owner, byLabels);
      const known = byLabels.get(labels);
      // Only `make` of the same owner writes here, so the type is the one it gave.
      if (known) return known.value as T;
      const value = make();
      byLabels.set(labels, { value });
      return value;
    },
  };
}

/** @throws AppError `invalid-argument` when two samples have the same labels: a result must name each series once. */
export function requireDistinct(samples: readonly VectorSample[], memo: QueryMemo): readonly VectorSample[] {
  if (samples.length < 2) return samples;
  const seen = new Set<string>();
  for (const { labels } of samples) {
    const key = memo.key(labels);
    if (seen.has(key)) {
      throw evaluationError(`vector cannot contain metrics with the same labelset: ${labelsText(labels)}`);
    }
    seen.add(key);
  }
  return samples;
}
