import type { LabelSet } from './labels.ts';
import type { Expr } from './promql/ast.ts';
import {
  createQueryMemo,
  type EvaluationContext,
  type PromqlSemantics,
  type SeriesSource,
} from './promql/context.ts';
import { evaluate } from './promql/evaluate.ts';
import { loadPromqlParser } from './promql/parse.ts';
import { parameterError, parseError } from './promql/query-error.ts';
import { checkTypes } from './promql/type-check.ts';
import type { RangeSeries, Value } from './promql/value.ts';
import { type BudgetOptions, createQueryBudget } from './query-budget.ts';

export interface QueryOptions extends BudgetOptions {
  /** Whose rules apply where Prometheus 2 and 3 differ. @defaultValue 'prometheus-3' */
  readonly semantics?: PromqlSemantics;
  /** How far back an instant selector looks for a sample, in milliseconds. @defaultValue 5 min */
  readonly lookbackMs?: number;
  /** Step of subqueries that give none, in milliseconds. @defaultValue 1 min */
  readonly defaultStepMs?: number;
  /** Aborts the query between two steps. */
  readonly signal?: AbortSignal;
}

export interface RangeTimes {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** As many points as a range query may have in one series. */
export const maxPoints = 11_000;
/** A range query gives way to other work after computing this long. */
const sliceMs = 10;

function createContext(
  source: SeriesSource,
  startMs: number,
  endMs: number,
  options: QueryOptions,
): EvaluationContext {
  return {
    source,
    semantics: options.semantics ?? 'prometheus-3',
    startMs,
    endMs,
    lookbackMs: options.lookbackMs ?? 300_000,
    defaultStepMs: options.defaultStepMs ?? 60_000,
    memo: createQueryMemo(),
    budget: createQueryBudget(options),
  };
}

/**
 * Answers a PromQL expression at one time. The first query loads the grammar.
 *
 * @param atMs evaluation time, milliseconds since the epoch
 * @throws AppError `invalid-argument` with line, column and position for a query that is not valid, and for one that the
 *   series do not allow; `deadline-exceeded`
 */
export async function instantQuery(
  source: SeriesSource,
  promql: string,
  atMs: number,
  options: QueryOptions = {},
): Promise<Value> {
  const parse = await loadPromqlParser();
  return evaluate(parse(promql), atMs, createContext(source, atMs, atMs, options));
}

/**
 * Answers a PromQL expression at `startMs`, `startMs + stepMs`, … up to `endMs`: one series for each label set, with a
 * point wherever there was a value, series sorted by labels. Gives way to other work every 10 ms.
 *
 * @throws AppError `invalid-argument` for more than {@link maxPoints} steps, a step that is not above 0, an end before the
 *   start, and as {@link instantQuery}.
 */
export async function rangeQuery(
  source: SeriesSource,
  promql: string,
  { startMs, endMs, stepMs }: RangeTimes,
  options: QueryOptions = {},
): Promise<readonly RangeSeries[]> {
  if (!(stepMs > 0)) {
    throw parameterError(
      'step',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if (endMs < startMs) throw parameterError('end', 'end timestamp must not be before start time');
  if ((endMs - startMs) / stepMs > maxPoints) {
    throw parameterError(
      'step',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  const parse = await loadPromqlParser();
  const expr = parse(promql);
  requireRangeType(promql, expr);
  const context = createContext(source, startMs, endMs, options);
  const result = new Map<
    string,
    { readonly labels: LabelSet; readonly points: (readonly [number, number])[] }
  >();
  let sliceStartMs = options.monotonic?.() ?? 0;
  for (let tMs = startMs; tMs <= endMs; tMs += stepMs) {
    context.budget.spend(1);
    const value = evaluate(expr, tMs, context);
    const samples =
      value.kind === 'vector'
        ? value.samples
        : value.kind === 'scalar'
          ? [{ labels: [], value: value.value }]
          : [];
    context.budget.keep(samples.length);
    for (const { labels, value } of samples) {
      const key = context.memo.key(labels);
      const series = result.get(key) ?? { labels, points: [] };
      result.set(key, series);
      series.points.push([tMs, value]);
    }
    if (options.monotonic && options.monotonic() - sliceStartMs > sliceMs) {
      await new Promise((resolve) => setImmediate(resolve));
      options.signal?.throwIfAborted();
      sliceStartMs = options.monotonic();
      context.budget.resume();
    }
  }
  return [...result.values()].sort((a, b) => compareLabels(a.labels, b.labels));
}

function requireRangeType(promql: string, expr: Expr): void {
  const type = checkTypes(promql, expr);
  if (type === 'scalar' || type === 'instant vector') return;
  throw parseError(
    promql,
    expr.from,
    `invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
  );
}

/** Name by name, value by value. */
function compareLabels(a: LabelSet, b: LabelSet): number {
  const [x, y] = [a, b];
  for (const [index, text] of x.entries()) {
    const other = y[index];
    if (other === undefined) return 1;
    if (text !== other) return text < other ? -1 : 1;
  }
  return x.length - y.length;
}
