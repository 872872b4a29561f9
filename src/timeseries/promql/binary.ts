import {
  type LabelSet,
  labelsText,
  labelValue,
  metricNameLabel,
  onlyLabels,
  withLabel,
  withoutLabels,
} from '../labels.ts';
import type { Binary, VectorMatching } from './ast.ts';
import { dropsName, operate } from './binary-operations.ts';
import { type QueryMemo, requireDistinct } from './context.ts';
import { evaluationError } from './query-error.ts';
import type { VectorSample } from './value.ts';

const plain: VectorMatching = { on: false, labels: [], card: 'one-to-one', include: [] };

/** Between a vector and a number. A comparison keeps the vector's value, on whichever side it stands. */
export function vectorScalar(
  { operator, bool }: Binary,
  samples: readonly VectorSample[],
  scalar: number,
  scalarOnLeft: boolean,
  memo: QueryMemo,
): readonly VectorSample[] {
  const result: VectorSample[] = [];
  const nameless = dropsName(operator, bool);
  for (const sample of samples) {
    const [left, right] = scalarOnLeft ? [scalar, sample.value] : [sample.value, scalar];
    const { value, keep } = operate(operator, left, right);
    if (!keep && !bool) continue;
    const isFilter = !nameless;
    result.push({
      labels: nameless ? memo.withoutName(sample.labels) : sample.labels,
      value: bool ? Number(keep) : isFilter ? sample.value : value,
    });
  }
  return nameless ? requireDistinct(result, memo) : result;
}

/** What both sides of a match have in common, as one string. */
function signatures(node: Binary, matching: VectorMatching, memo: QueryMemo): (labels: LabelSet) => string {
  return (labels) =>
    memo.derive(matching, labels, () =>
      memo.key(
        matching.on
          ? onlyLabels(labels, matching.labels)
          : withoutLabels(labels, [...matching.labels, metricNameLabel]),
      ),
    );
}

/** `and`, `or`, `unless`: many to many. */
export function setOperation(
  node: Binary,
  left: readonly VectorSample[],
  right: readonly VectorSample[],
  memo: QueryMemo,
): readonly VectorSample[] {
  const matching = matchingOf(node);
  const signature = signatures(node, matching, memo);
  if (node.operator === 'or') {
    const seen = new Set(left.map(({ labels }) => signature(labels)));
    return requireDistinct([...left, ...right.filter(({ labels }) => !seen.has(signature(labels)))], memo);
  }
  const seen = new Set(right.map(({ labels }) => signature(labels)));
  return left.filter(({ labels }) => seen.has(signature(labels)) === (node.operator === 'and'));
}

/** One matching object a node, so that what is remembered by it is found again. */
const matchings = new WeakMap<Binary, VectorMatching>();

function matchingOf(node: Binary): VectorMatching {
  const known = node.matching ?? matchings.get(node);
  if (known) return known;
  const made = { ...plain };
  matchings.set(node, made);
  return made;
}

/**
 * Arithmetic or comparison of two vectors, matched by labels.
 *
 * @throws AppError `invalid-argument` when more than one series of a "one" side falls into a match group.
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
 */
export function vectorVector(
  node: Binary,
  left: readonly VectorSample[],
  right: readonly VectorSample[],
  memo: QueryMemo,
): readonly VectorSample[] {
  if (left.length === 0 || right.length === 0) return [];
  const matching = matchingOf(node);
  const signature = signatures(node, matching, memo);
  const swapped = matching.card === 'one-to-many';
  const [many, one] = swapped ? [right, left] : [left, right];

  const ones = new Map<string, VectorSample>();
  for (const sample of one) {
    const key = signature(sample.labels);
    const other = ones.get(key);
    if (other) throw duplicateOnOneSide(sample, other, matching);
    ones.set(key, sample);
  }

  const result: VectorSample[] = [];
  const used = new Set<string>();
  for (const sample of many) {
    const key = signature(sample.labels);
    const partner = ones.get(key);
    if (!partner) continue;
    const [a, b] = swapped ? [partner, sample] : [sample, partner];
    const { value, keep } = operate(node.operator, a.value, b.value);
    if (!keep && !node.bool) continue;
    const labels = resultLabels(node, matching, sample.labels, partner.labels, memo);
    const id = matching.card === 'one-to-one' ? key : memo.key(labels);
    if (used.has(id)) {
      throw evaluationError(
        matching.card === 'one-to-one'
          ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
          : 'multiple matches for labels: grouping labels must ensure unique matches',
      );
    }
    used.add(id);
    result.push({ labels, value: node.bool ? Number(keep) : value });
  }
  return requireDistinct(result, memo);
}

function duplicateOnOneSide(a: VectorSample, b: VectorSample, matching: VectorMatching): Error {
  const group = matching.on
    ? onlyLabels(a.labels, matching.labels)
    : withoutLabels(a.labels, [...matching.labels, metricNameLabel]);
  const side = matching.card === 'one-to-many' ? 'left' : 'right';
  return evaluationError(
    `found duplicate series for the match group ${labelsText(group)} on the ${side} hand-side of the operation: ` +
      `[${labelsText(a.labels)}, ${labelsText(b.labels)}];many-to-many matching not allowed: matching labels must be unique on one side`,
  );
}

function resultLabels(
  node: Binary,
  matching: VectorMatching,
  many: LabelSet,
  one: LabelSet,
  memo: QueryMemo,
): LabelSet {
  if (matching.card !== 'one-to-one' && matching.include.length > 0) {
    // Depends on both sides: not remembered.
    let labels = dropsName(node.operator, node.bool) ? memo.withoutName(many) : many;
    for (const name of matching.include) labels = withLabel(labels, name, labelValue(one, name));
    return labels;
  }
  return memo.derive(node, many, () => {
    const labels = dropsName(node.operator, node.bool) ? memo.withoutName(many) : many;
    if (matching.card !== 'one-to-one') return labels;
    return matching.on ? onlyLabels(labels, matching.labels) : withoutLabels(labels, matching.labels);
  });
}
