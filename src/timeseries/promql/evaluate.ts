import { labelSet, type LabelSet, metricNameLabel } from '../labels.ts';
import type { SampleWindow } from '../sample-ring.ts';
import { aggregate } from './aggregate.ts';
import { type Aggregate, type Binary, type Call, type Expr, unwrapParens } from './ast.ts';
import { setOperation, vectorScalar, vectorVector } from './binary.ts';
import { operate } from './binary-operations.ts';
import { type EvaluationContext, requireDistinct } from './context.ts';
import { overTimeFunctions } from './functions/over-time.ts';
import type { RangeFunction } from './functions/range-function.ts';
import { rateFunctions } from './functions/rates.ts';
import { regressionFunctions } from './functions/regression.ts';
import { vectorFunctions } from './functions/vector-functions.ts';
import { evaluationError } from './query-error.ts';
import { type RangeWindow, selectInstant, visitRange } from './selectors.ts';
import { visitSubquery } from './subquery.ts';
import { isSetOperator } from './type-check.ts';
import { type RangeSeries, scalarValue, type Value, type VectorSample, vectorValue } from './value.ts';

const rangeFunctions: ReadonlyMap<string, RangeFunction> = new Map(
  Object.entries({ ...rateFunctions, ...regressionFunctions, ...overTimeFunctions }),
);

/**
 * The value of a checked expression at one time.
 *
 * @param tMs evaluation time, milliseconds since the epoch
 * @throws AppError `invalid-argument` when the series do not allow an answer, or a bound of the context is passed.
 */
export function evaluate(expr: Expr, tMs: number, context: EvaluationContext): Value {
  switch (expr.kind) {
    case 'number':
      return scalarValue(expr.value);
    case 'string':
      return { kind: 'string', value: expr.value };
    case 'paren':
      return evaluate(expr.expr, tMs, context);
    case 'vector-selector':
      return vectorValue(selectInstant(expr, tMs, context));
    case 'matrix-selector':
    case 'subquery':
      return { kind: 'matrix', series: collectRange(expr, tMs, context) };
    case 'unary':
      return negate(expr.operator, evaluate(expr.expr, tMs, context), context);
    case 'aggregate':
      return vectorValue(evaluateAggregate(expr, tMs, context));
    case 'binary':
      return evaluateBinary(expr, tMs, context);
    case 'call':
      return evaluateCall(expr, tMs, context);
    default:
      return expr satisfies never;
  }
}

/** The samples of an expression that the type check found to be an instant vector. */
function samplesOf(expr: Expr, tMs: number, context: EvaluationContext): readonly VectorSample[] {
  const value = evaluate(expr, tMs, context);
  return value.kind === 'vector' ? value.samples : [];
}

function visitWindows(
  expr: Expr,
  tMs: number,
  context: EvaluationContext,
  visit: (window: RangeWindow) => void,
): void {
  const range = unwrapParens(expr);
  if (range.kind === 'matrix-selector') visitRange(range, tMs, context, visit);
  if (range.kind === 'subquery') visitSubquery(range, tMs, context, samplesOf, visit);
}

function collectRange(expr: Expr, tMs: number, context: EvaluationContext): RangeSeries[] {
  const series: RangeSeries[] = [];
  visitWindows(expr, tMs, context, ({ labels, samples }) => {
    context.budget.keep(samples.length);
    series.push({ labels, points: pointsOf(samples) });
  });
  return series;
}

function pointsOf({ timesMs, values, length }: SampleWindow): (readonly [number, number])[] {
  return Array.from({ length }, (_, index) => [timesMs[index] ?? 0, values[index] ?? 0] as const);
}

function negate(operator: '+' | '-', value: Value, { memo }: EvaluationContext): Value {
  if (operator === '+') return value;
  if (value.kind === 'scalar') return scalarValue(-value.value);
  if (value.kind !== 'vector') return value;
  const samples = value.samples.map((sample) => ({
    labels: memo.withoutName(sample.labels),
    value: -sample.value,
  }));
  return vectorValue(requireDistinct(samples, memo));
}

function evaluateAggregate(
  node: Aggregate,
  tMs: number,
  context: EvaluationContext,
): readonly VectorSample[] {
  const param = node.param ? evaluate(node.param, tMs, context) : null;
  const value = param?.kind === 'scalar' || param?.kind === 'string' ? param.value : null;
  return aggregate(node, samplesOf(node.expr, tMs, context), value, context);
}

function evaluateBinary(node: Binary, tMs: number, context: EvaluationContext): Value {
  const left = evaluate(node.left, tMs, context);
  const right = evaluate(node.right, tMs, context);
  const { memo } = context;
  if (left.kind === 'scalar' && right.kind === 'scalar') {
    const { value, keep } = operate(node.operator, left.value, right.value);
    return scalarValue(node.bool ? Number(keep) : value);
  }
  if (left.kind === 'vector' && right.kind === 'vector') {
    return vectorValue(
      (isSetOperator(node.operator) ? setOperation : vectorVector)(node, left.samples, right.samples, memo),
    );
  }
  if (left.kind === 'vector' && right.kind === 'scalar') {
    return vectorValue(vectorScalar(node, left.samples, right.value, false, memo));
  }
  if (left.kind === 'scalar' && right.kind === 'vector') {
    return vectorValue(vectorScalar(node, right.samples, left.value, true, memo));
  }
  throw evaluationError('binary expression must contain only scalar and instant vector types');
}

function evaluateCall(call: Call, tMs: number, context: EvaluationContext): Value {
  const [first] = call.args;
  if (call.name === 'absent' && first) {
    return vectorValue(
      samplesOf(first, tMs, context).length > 0 ? [] : [{ labels: absentLabels(first), value: 1 }],
    );
  }
  if (call.name === 'absent_over_time' && first) {
    let found = false;
    visitWindows(first, tMs, context, () => {
      found = true;
    });
    return vectorValue(found ? [] : [{ labels: absentLabels(first), value: 1 }]);
  }
  if (call.name === 'timestamp' && first) {
    const selector = unwrapParens(first);
    if (selector.kind === 'vector-selector') {
      const samples = selectInstant(
        selector,
        tMs,
        context,
        ({ samples }, index) => samples.timeAt(index) / 1000,
      );
      return vectorValue(nameless(samples, context));
    }
  }
  const rangeFunction = rangeFunctions.get(call.name);
  if (rangeFunction) return vectorValue(evaluateRangeFunction(rangeFunction, call, tMs, context));
  const vectorFunction = vectorFunctions.get(call.name);
  if (!vectorFunction) throw evaluationError(`The function ${call.name} is not supported by this store.`);
  const args = call.args.map((arg) => evaluate(arg, tMs, context));
  return vectorFunction({ args, tMs, owner: call, context });
}

function nameless(samples: readonly VectorSample[], { memo }: EvaluationContext): readonly VectorSample[] {
  return requireDistinct(
    samples.map(({ labels, value }) => ({ labels: memo.withoutName(labels), value })),
    memo,
  );
}

function evaluateRangeFunction(
  { keepsName, apply }: RangeFunction,
  call: Call,
  tMs: number,
  context: EvaluationContext,
): readonly VectorSample[] {
  const params: number[] = [];
  let range: Expr | null = null;
  for (const arg of call.args) {
    const inner = unwrapParens(arg);
    if (inner.kind === 'matrix-selector' || inner.kind === 'subquery') {
      range = inner;
    } else {
      const value = evaluate(arg, tMs, context);
      params.push(value.kind === 'scalar' ? value.value : Number.NaN);
    }
  }
  const result: VectorSample[] = [];
  if (!range) return result;
  const { semantics } = context;
  visitWindows(range, tMs, context, ({ labels, samples, startMs, endMs }) => {
    const { timesMs, values, length } = samples;
    const value = apply({ timesMs, values, length, startMs, endMs, tMs, params, semantics });
    if (value !== null) result.push({ labels, value });
  });
  return keepsName ? result : nameless(result, context);
}

/** What an absent series would have been called: the labels that the selector fixes to one value. */
function absentLabels(expr: Expr): LabelSet {
  const inner = unwrapParens(expr);
  const selector = inner.kind === 'matrix-selector' ? inner.selector : inner;
  if (selector.kind !== 'vector-selector') return [];
  const fixed = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, operator, value } of selector.matchers) {
    if (name === metricNameLabel) continue;
    if (operator === '=' && !seen.has(name)) fixed.set(name, value);
    else fixed.delete(name);
    if (operator === '=') seen.add(name);
  }
  return labelSet(fixed);
}
