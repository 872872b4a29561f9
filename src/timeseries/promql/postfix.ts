import type { SyntaxNode } from '@lezer/common';
import type { AtModifier, Expr, MatrixSelector, Subquery, VectorSelector } from './ast.ts';
import { childrenOf } from './syntax.ts';
import { evaluateDurationMs } from './duration-expr.ts';
import { parseNumber } from './literals.ts';
import { parseError } from './query-error.ts';

/** Adds `offset …`, `@ …`, `[range]` or `[range:step]` to an operand. @throws AppError `invalid-argument` with the position. */
export function applyPostfix(query: string, expr: Expr, node: SyntaxNode): Expr {
  const children = childrenOf(node).slice(1);
  switch (node.name) {
    case 'OffsetExpr':
      return offset(query, expr, node, children);
    case 'StepInvariantExpr':
      return at(query, expr, node, children);
    case 'MatrixSelector':
      return range(query, expr, node, children);
    default:
      return subquery(query, expr, node, children);
  }
}

function shifted(
  query: string,
  expr: Expr,
  node: SyntaxNode,
  what: string,
  shift: (target: VectorSelector | Subquery) => VectorSelector | Subquery,
): Expr {
  if (expr.kind === 'vector-selector' || expr.kind === 'subquery') return { ...shift(expr), to: node.to };
  if (expr.kind === 'matrix-selector') {
    const selector = shift(expr.selector);
    if (selector.kind === 'vector-selector')
      return { ...expr, selector, to: node.to } satisfies MatrixSelector;
  }
  throw parseError(
    query,
    expr.from,
    `${what} modifier must be preceded by an instant vector selector or range vector selector or a subquery`,
  );
}

function offset(query: string, expr: Expr, node: SyntaxNode, children: readonly SyntaxNode[]): Expr {
  const amount = children.find((child) => child.name === 'OffsetDurationExpr');
  if (!amount) throw parseError(query, node.from, 'offset needs a duration');
  const offsetMs = evaluateDurationMs(query, amount);
  return shifted(query, expr, node, 'offset', (target) => {
    if (target.offsetMs !== 0) throw parseError(query, target.from, 'offset may not be set multiple times');
    return { ...target, offsetMs };
  });
}

function at(query: string, expr: Expr, node: SyntaxNode, children: readonly SyntaxNode[]): Expr {
  const modifier = atModifier(query, node, children);
  return shifted(query, expr, node, '@', (target) => {
    if (target.at) throw parseError(query, target.from, '@ <timestamp> may not be set multiple times');
    return { ...target, at: modifier };
  });
}

function atModifier(query: string, node: SyntaxNode, children: readonly SyntaxNode[]): AtModifier {
  const preprocessor = children.find((child) => child.name === 'AtModifierPreprocessors');
  if (preprocessor) return { kind: preprocessor.firstChild?.name === 'AtStart' ? 'start' : 'end' };
  const literal = children.find((child) => child.name === 'NumberDurationLiteral');
  if (!literal) throw parseError(query, node.from, '@ needs a timestamp, start() or end()');
  const text = query.slice(literal.from, literal.to).replace(/^[+-]\s*/, '');
  const value = parseNumber(text);
  const seconds = value === null ? Number.NaN : query[literal.from] === '-' ? -value : value;
  if (!Number.isFinite(seconds))
    throw parseError(query, literal.from, `timestamp out of bounds for @ modifier: ${text}`);
  return { kind: 'time', ms: Math.round(seconds * 1000) };
}

function positiveMs(query: string, node: SyntaxNode | undefined, from: number): number {
  const value = node ? evaluateDurationMs(query, node) : 0;
  if (!(value > 0)) throw parseError(query, node?.from ?? from, 'duration must be greater than 0');
  return value;
}

function range(query: string, expr: Expr, node: SyntaxNode, children: readonly SyntaxNode[]): Expr {
  if (expr.kind !== 'vector-selector') {
    throw parseError(query, expr.from, 'ranges only allowed for vector selectors');
  }
  if (expr.offsetMs !== 0 || expr.at) {
    throw parseError(query, node.from, `no ${expr.at ? '@' : 'offset'} modifiers allowed before range`);
  }
  const amount = children.find((child) => child.name === 'DurationExpr');
  return {
    kind: 'matrix-selector',
    selector: expr,
    rangeMs: positiveMs(query, amount, node.from),
    from: expr.from,
    to: node.to,
  };
}

function subquery(query: string, expr: Expr, node: SyntaxNode, children: readonly SyntaxNode[]): Expr {
  const [amount, step] = children.filter((child) => child.name === 'DurationExpr');
  return {
    kind: 'subquery',
    expr,
    rangeMs: positiveMs(query, amount, node.from),
    stepMs: step ? positiveMs(query, step, node.from) : null,
    offsetMs: 0,
    at: null,
    from: expr.from,
    to: node.to,
  };
}
