import { type LabelSet, metricNameLabel, onlyLabels, withLabel, withoutLabels } from '../labels.ts';
import { formatPlainNumber } from '../format-number.ts';
import type { Aggregate, AggregateOperator } from './ast.ts';
import type { EvaluationContext } from './context.ts';
import { evaluationError } from './query-error.ts';
import { selectExtremes } from './select-extremes.ts';
import { meanOf, populationVariance, quantileOf, sumOf } from './statistics.ts';
import type { VectorSample } from './value.ts';

interface Group {
  readonly labels: LabelSet;
  readonly samples: VectorSample[];
}

function groupsOf(node: Aggregate, samples: readonly VectorSample[], { memo }: EvaluationContext): Group[] {
  const groups = new Map<string, Group>();
  for (const sample of samples) {
    const labels = memo.derive(node, sample.labels, () =>
      node.without
        ? withoutLabels(sample.labels, [...node.grouping, metricNameLabel])
        : onlyLabels(sample.labels, node.grouping),
    );
    const key = memo.key(labels);
    const group = groups.get(key);
    if (group) group.samples.push(sample);
    else groups.set(key, { labels, samples: [sample] });
  }
  return [...groups.values()];
}

const extreme = (values: readonly number[], beats: (a: number, b: number) => boolean): number =>
  values.reduce((held, value) => (beats(value, held) || Number.isNaN(held) ? value : held));

function variance(values: readonly number[], { semantics }: EvaluationContext): number {
  return semantics === 'prometheus-2' && values.length === 1 ? 0 : populationVariance(values);
}

type Reduce = (values: readonly number[], param: number, context: EvaluationContext) => number;

const reducers: Partial<Record<AggregateOperator, Reduce>> = {
  sum: (values) => sumOf(values),
  avg: (values) => meanOf(values),
  count: (values) => values.length,
  group: () => 1,
  min: (values) => extreme(values, (a, b) => a < b),
  max: (values) => extreme(values, (a, b) => a > b),
  stddev: (values, _, context) => Math.sqrt(variance(values, context)),
  stdvar: (values, _, context) => variance(values, context),
  quantile: (values, phi) => quantileOf(phi, values),
};

/**
 * Aggregates a vector over its groups. @param param the first argument of `topk` and its like: a number, or the label of `count_values`.
 *
 * @throws AppError `invalid-argument` on a count that is no number, or a label name that is none.
 */
export function aggregate(
  node: Aggregate,
  samples: readonly VectorSample[],
  param: number | string | null,
  context: EvaluationContext,
): readonly VectorSample[] {
  const groups = groupsOf(node, samples, context);
  const { operator } = node;
  const number = typeof param === 'number' ? param : Number.NaN;
  const reduce = reducers[operator];
  if (reduce) {
    return groups.map((group) => ({
      labels: group.labels,
      value: reduce(
        group.samples.map(({ value }) => value),
        number,
        context,
      ),
    }));
  }
  if (operator === 'count_values') return countValues(groups, typeof param === 'string' ? param : '');
  const count = wholeCount(number, samples.length);
  if (operator === 'limitk') return groups.flatMap((group) => group.samples.slice(0, count));
  const direction = operator === 'topk' ? 'largest' : 'smallest';
  return groups.flatMap((group) => selectExtremes(group.samples, count, direction));
}

function wholeCount(count: number, most: number): number {
  if (Number.isNaN(count) || Math.abs(count) >= 2 ** 63) {
    throw evaluationError(`Scalar value ${count} overflows int64`);
  }
  return Math.max(0, Math.min(most, Math.trunc(count)));
}

function countValues(groups: readonly Group[], label: string): VectorSample[] {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(label)) throw evaluationError(`invalid label name "${label}"`);
  return groups.flatMap(({ labels, samples }) => {
    const counts = new Map<string, number>();
    for (const { value } of samples) {
      const text = formatPlainNumber(value);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    return [...counts].map(([text, count]) => ({ labels: withLabel(labels, label, text), value: count }));
  });
}
