import type { Matcher } from '../matcher.ts';

/** Where an expression stands in the query text: characters from 0, end exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What an expression evaluates to. */
export type ValueType = 'scalar' | 'string' | 'instant vector' | 'range vector';

export const binaryOperators = [
  ...(['+', '-', '*', '/', '%', '^', 'atan2'] as const),
  ...(['==', '!=', '>', '<', '>=', '<='] as const),
  ...(['and', 'or', 'unless'] as const),
] as const;
export type BinaryOperator = (typeof binaryOperators)[number];

export const aggregateOperators = [
  ...(['sum', 'avg', 'count', 'min', 'max', 'group', 'stddev', 'stdvar'] as const),
  ...(['topk', 'bottomk', 'limitk', 'quantile', 'count_values'] as const),
] as const;
export type AggregateOperator = (typeof aggregateOperators)[number];

/** `@ 1609746000`, `@ start()`, `@ end()`: the time that replaces the evaluation time. */
export type AtModifier = { readonly kind: 'time'; readonly ms: number } | { readonly kind: 'start' | 'end' };

/** The shift of a selector or subquery. */
export interface Shift {
  /** Milliseconds back in time; negative looks ahead. */
  readonly offsetMs: number;
  readonly at: AtModifier | null;
}

export interface VectorSelector extends Span, Shift {
  readonly kind: 'vector-selector';
  readonly matchers: readonly Matcher[];
}

export interface MatrixSelector extends Span {
  readonly kind: 'matrix-selector';
  readonly selector: VectorSelector;
  readonly rangeMs: number;
}

export interface Subquery extends Span, Shift {
  readonly kind: 'subquery';
  readonly expr: Expr;
  readonly rangeMs: number;
  /** Null takes the default evaluation interval. */
  readonly stepMs: number | null;
}

/** Which series of the two sides belong together. */
export interface VectorMatching {
  readonly on: boolean;
  readonly labels: readonly string[];
  readonly card: 'one-to-one' | 'many-to-one' | 'one-to-many';
  /** Labels taken over from the "one" side. */
  readonly include: readonly string[];
}

export interface Binary extends Span {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  readonly bool: boolean;
  /** Null when the query gives none. */
  readonly matching: VectorMatching | null;
}

export interface Aggregate extends Span {
  readonly kind: 'aggregate';
  readonly operator: AggregateOperator;
  readonly expr: Expr;
  readonly param: Expr | null;
  readonly grouping: readonly string[];
  readonly without: boolean;
}

export interface Call extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
}

export interface Unary extends Span {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly expr: Expr;
}

export interface Paren extends Span {
  readonly kind: 'paren';
  readonly expr: Expr;
}

export interface NumberLiteral extends Span {
  readonly kind: 'number';
  readonly value: number;
}

export interface StringLiteral extends Span {
  readonly kind: 'string';
  readonly value: string;
}

/** A PromQL expression; what {@link parsePromql} makes of a query text. */
export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregate
  | Binary
  | Unary
  | Paren;

/** The expression without the parentheses around it. */
export function unwrapParens(expr: Expr): Expr {
  return expr.kind === 'paren' ? unwrapParens(expr.expr) : expr;
}
