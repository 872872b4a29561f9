import type { ValueType } from '../ast.ts';

export interface Signature {
  readonly args: readonly ValueType[];
  /** How many of the last arguments may be left out; -1 repeats the last one any number of times, none included. */
  readonly optional: number;
  readonly returns: ValueType;
}

const of = (args: readonly ValueType[], returns: ValueType = 'instant vector', optional = 0): Signature => ({
  args,
  returns,
  optional,
});
const each = (names: string, signature: Signature): [string, Signature][] =>
  names.split(' ').map((name) => [name, signature]);

const vector = 'instant vector';
const range = 'range vector';

/** What every function takes and gives. @see https://prometheus.io/docs/prometheus/latest/querying/functions/ */
export const signatures: ReadonlyMap<string, Signature> = new Map([
  ...each('abs ceil floor exp sqrt ln log2 log10 sgn deg rad', of([vector])),
  ...each('sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh', of([vector])),
  ...each('absent sort sort_desc timestamp', of([vector])),
  ...each('histogram_avg histogram_count histogram_sum histogram_stddev histogram_stdvar', of([vector])),
  ...each('rate irate increase delta idelta deriv resets changes absent_over_time', of([range])),
  ...each(
    'avg_over_time min_over_time max_over_time sum_over_time count_over_time mad_over_time',
    of([range]),
  ),
  ...each('stddev_over_time stdvar_over_time last_over_time first_over_time present_over_time', of([range])),
  ...each('ts_of_first_over_time ts_of_last_over_time ts_of_min_over_time ts_of_max_over_time', of([range])),
  ...each(
    'minute hour day_of_week day_of_month day_of_year days_in_month month year',
    of([vector], vector, 1),
  ),
  ['quantile_over_time', of(['scalar', range])],
  ['predict_linear', of([range, 'scalar'])],
  ...each('holt_winters double_exponential_smoothing', of([range, 'scalar', 'scalar'])),
  ['clamp', of([vector, 'scalar', 'scalar'])],
  ...each('clamp_min clamp_max', of([vector, 'scalar'])),
  ['round', of([vector, 'scalar'], vector, 1)],
  ['histogram_quantile', of(['scalar', vector])],
  ['histogram_fraction', of(['scalar', 'scalar', vector])],
  ['label_replace', of([vector, 'string', 'string', 'string', 'string'])],
  ['label_join', of([vector, 'string', 'string', 'string'], vector, -1)],
  ...each('sort_by_label sort_by_label_desc', of([vector, 'string'], vector, -1)),
  ['scalar', of([vector], 'scalar')],
  ['vector', of(['scalar'])],
  ...each('time pi', of([], 'scalar')),
]);
