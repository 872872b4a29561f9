import type { SyntaxNode } from '@lezer/common';
import { type Binary, type BinaryOperator, binaryOperators, type Expr, type VectorMatching } from './ast.ts';
import { childrenOf, groupingOf } from './syntax.ts';
import { applyPostfix } from './postfix.ts';
import { parseError } from './query-error.ts';

/** A piece of an expression in the order it is written. */
export type Operand =
  | { readonly kind: 'primary'; readonly expr: Expr }
  | { readonly kind: 'unary'; readonly operator: '+' | '-'; readonly from: number }
  | { readonly kind: 'postfix'; readonly node: SyntaxNode }
  /** The operator with its modifiers. */
  | { readonly kind: 'binary'; readonly nodes: readonly SyntaxNode[] };

const precedence: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '>': 3,
  '<': 3,
  '>=': 3,
  '<=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};

/**
 * Puts operands together: offset, @ and brackets bind tightest, then `^` (from the right), signs, `* / % atan2`,
 * `+ -`, comparisons, `and unless`, `or`. So `-2^2` is -4 and `2^-3*4` is (2^(-3))*4.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence
 */
export function orderOperands(query: string, operands: readonly Operand[]): Expr {
  let at = 0;
  const prefix = (): Expr => {
    const operand = operands[at];
    at += 1;
    if (operand?.kind === 'unary') {
      const expr = climb(precedence['^']);
      return { kind: 'unary', operator: operand.operator, expr, from: operand.from, to: expr.to };
    }
    if (operand?.kind !== 'primary') throw parseError(query, query.length, 'an operand is missing');
    let { expr } = operand;
    for (let next = operands[at]; next?.kind === 'postfix'; next = operands[at]) {
      expr = applyPostfix(query, expr, next.node);
      at += 1;
    }
    return expr;
  };
  const climb = (least: number): Expr => {
    let left = prefix();
    for (let next = operands[at]; next?.kind === 'binary'; next = operands[at]) {
      const head = operatorOf(query, next.nodes);
      const strength = precedence[head.operator];
      if (strength < least) break;
      at += 1;
      const right = climb(head.operator === '^' ? strength : strength + 1);
      left = { kind: 'binary', ...head, left, right, from: left.from, to: right.to };
    }
    return left;
  };
  return climb(0);
}

const isOperator = (text: string): text is BinaryOperator => binaryOperators.some((known) => known === text);

function operatorOf(
  query: string,
  nodes: readonly SyntaxNode[],
): Pick<Binary, 'operator' | 'bool' | 'matching'> {
  const [first] = nodes;
  const operator = first ? query.slice(first.from, first.to).toLowerCase() : '';
  if (!isOperator(operator)) {
    throw parseError(query, first?.from ?? 0, `the operator ${operator} is not supported by this store`);
  }
  const fill = nodes.find((node) => node.name === 'FillModifier');
  if (fill) throw parseError(query, fill.from, 'the fill modifier is not supported by this store');
  const clause = nodes.find((node) => node.name === 'MatchingModifierClause');
  return {
    operator,
    bool: nodes.some((node) => node.name === 'BoolModifier'),
    matching: clause ? matchingOf(query, clause) : null,
  };
}

function matchingOf(query: string, clause: SyntaxNode): VectorMatching {
  const children = childrenOf(clause);
  const names = children
    .filter((child) => child.name === 'GroupingLabels')
    .map((child) => groupingOf(query, child));
  const card = children.some((child) => child.name === 'GroupLeft')
    ? 'many-to-one'
    : children.some((child) => child.name === 'GroupRight')
      ? 'one-to-many'
      : 'one-to-one';
  return { on: children[0]?.name === 'On', labels: names[0] ?? [], card, include: names[1] ?? [] };
}
