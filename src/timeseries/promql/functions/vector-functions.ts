import { compareText, labelValue } from '../../labels.ts';
import { type EvaluationContext, requireDistinct } from '../context.ts';
import { compareNatural } from '../natural-order.ts';
import { compareNanFirst } from '../statistics.ts';
import { scalarValue, type Value, type VectorSample, vectorValue } from '../value.ts';
import { dateFunctions } from './dates.ts';
import { histogramFraction, histogramQuantile, reduceHistograms } from './histograms.ts';
import { greater, lesser, numberFunctions, roundTo } from './numbers.ts';
import { labelJoin, labelReplace } from './relabel.ts';

/** A call's evaluated arguments; the type check has made sure of their kinds. */
export interface CallInput {
  readonly args: readonly Value[];
  readonly tMs: number;
  /** The call's node: what results are remembered by. */
  readonly owner: object;
  readonly context: EvaluationContext;
}

export type VectorFunction = (input: CallInput) => Value;

const vectorAt = ({ args }: CallInput, index: number): readonly VectorSample[] => {
  const value = args[index];
  return value?.kind === 'vector' ? value.samples : [];
};
const scalarAt = ({ args }: CallInput, index: number): number => {
  const value = args[index];
  return value?.kind === 'scalar' ? value.value : Number.NaN;
};
const stringAt = ({ args }: CallInput, index: number): string => {
  const value = args[index];
  return value?.kind === 'string' ? value.value : '';
};

/** The function on every sample; the result has no metric name, for it is no longer that metric. */
function mapValues(input: CallInput, map: (value: number) => number): Value {
  const { memo } = input.context;
  const samples = vectorAt(input, 0).map(({ labels, value }) => ({
    labels: memo.withoutName(labels),
    value: map(value),
  }));
  return vectorValue(requireDistinct(samples, memo));
}

const each = (functions: Readonly<Record<string, (value: number) => number>>): [string, VectorFunction][] =>
  Object.entries(functions).map(([name, map]) => [name, (input) => mapValues(input, map)]);

const dates: [string, VectorFunction][] = Object.entries(dateFunctions).map(([name, map]) => [
  name,
  (input) =>
    input.args.length === 0
      ? vectorValue([{ labels: [], value: map(input.tMs / 1000) }])
      : mapValues(input, map),
]);

/** NaN goes last in both directions. */
function sorted(input: CallInput, direction: 1 | -1): Value {
  const order = (a: VectorSample, b: VectorSample): number => {
    if (Number.isNaN(a.value) || Number.isNaN(b.value))
      return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
    return direction * compareNanFirst(a.value, b.value);
  };
  return vectorValue([...vectorAt(input, 0)].sort(order));
}

/** By the values of labels, numbers inside them by size (`node2` before `node10`). */
function sortedByLabel(input: CallInput, direction: 1 | -1): Value {
  const names = input.args.slice(1).map((_, index) => stringAt(input, index + 1));
  const order = (a: VectorSample, b: VectorSample): number => {
    for (const name of names) {
      const [x, y] = [labelValue(a.labels, name), labelValue(b.labels, name)];
      if (x !== y) return direction * compareNatural(x, y);
    }
    const { memo } = input.context;
    return direction * compareText(memo.key(a.labels), memo.key(b.labels));
  };
  return vectorValue([...vectorAt(input, 0)].sort(order));
}

function relabel(input: CallInput, map: (labels: VectorSample['labels']) => VectorSample['labels']): Value {
  const { memo } = input.context;
  const samples = vectorAt(input, 0).map(({ labels, value }) => ({
    labels: memo.derive(input.owner, labels, () => map(labels)),
    value,
  }));
  return vectorValue(requireDistinct(samples, memo));
}

function clamp(input: CallInput, low: number, high: number): Value {
  return low > high ? vectorValue([]) : mapValues(input, (value) => greater(low, lesser(high, value)));
}

const nothing: VectorFunction = () => vectorValue([]);

/** Functions of evaluated arguments. @see https://prometheus.io/docs/prometheus/latest/querying/functions/ */
export const vectorFunctions: ReadonlyMap<string, VectorFunction> = new Map([
  ...each(numberFunctions),
  ...dates,
  ['time', ({ tMs }) => scalarValue(tMs / 1000)],
  ['pi', () => scalarValue(Math.PI)],
  ['vector', (input) => vectorValue([{ labels: [], value: scalarAt(input, 0) }])],
  [
    'scalar',
    (input) => {
      const [only, ...others] = vectorAt(input, 0);
      return scalarValue(only && others.length === 0 ? only.value : Number.NaN);
    },
  ],
  ['timestamp', (input) => mapValues(input, () => input.tMs / 1000)],
  ['clamp', (input) => clamp(input, scalarAt(input, 1), scalarAt(input, 2))],
  ['clamp_min', (input) => mapValues(input, (value) => greater(scalarAt(input, 1), value))],
  ['clamp_max', (input) => mapValues(input, (value) => lesser(scalarAt(input, 1), value))],
  [
    'round',
    (input) => mapValues(input, (value) => roundTo(value, input.args.length > 1 ? scalarAt(input, 1) : 1)),
  ],
  ['sort', (input) => sorted(input, 1)],
  ['sort_desc', (input) => sorted(input, -1)],
  ['sort_by_label', (input) => sortedByLabel(input, 1)],
  ['sort_by_label_desc', (input) => sortedByLabel(input, -1)],
  [
    'label_replace',
    (input) =>
      relabel(
        input,
        labelReplace(stringAt(input, 1), stringAt(input, 2), stringAt(input, 3), stringAt(input, 4)),
      ),
  ],
  [
    'label_join',
    (input) => {
      const sources = input.args.slice(3).map((_, index) => stringAt(input, index + 3));
      return relabel(input, labelJoin(stringAt(input, 1), stringAt(input, 2), sources));
    },
  ],
  [
    'histogram_quantile',
    (input) =>
      vectorValue(
        reduceHistograms(vectorAt(input, 1), input.owner, input.context.memo, (buckets) =>
          histogramQuantile(scalarAt(input, 0), buckets),
        ),
      ),
  ],
  [
    'histogram_fraction',
    (input) =>
      vectorValue(
        reduceHistograms(vectorAt(input, 2), input.owner, input.context.memo, (buckets) =>
          histogramFraction(scalarAt(input, 0), scalarAt(input, 1), buckets),
        ),
      ),
  ],
  // They read native histograms only, which no scrape in text form brings: on floats Prometheus answers nothing too.
  ...['histogram_avg', 'histogram_count', 'histogram_sum', 'histogram_stddev', 'histogram_stdvar'].map(
    (name): [string, VectorFunction] => [name, nothing],
  ),
]);
