import type { SyntaxNode } from '@lezer/common';
import { type AggregateOperator, aggregateOperators, type Expr } from './ast.ts';
import { buildSelector } from './build-selector.ts';
import { parseNumber } from './literals.ts';
import { type Operand, orderOperands } from './operator-order.ts';
import { parseError } from './query-error.ts';
import { childrenOf, groupingOf, stringOf } from './syntax.ts';

/**
 * The grammar's tree as our own. The grammar serves an editor: it lets `a + b offset 5m` shift the whole sum and
 * `-2^2` be 4. So operators and operands are read off in the order they are written and put together again by
 * Prometheus' precedence.
 *
 * @throws AppError `invalid-argument` with the position.
 */
export function buildExpr(query: string, node: SyntaxNode): Expr {
  const operands: Operand[] = [];
  flatten(query, node, operands);
  return orderOperands(query, operands);
}

const postfixNames = new Set(['OffsetExpr', 'StepInvariantExpr', 'MatrixSelector', 'SubqueryExpr']);

function flatten(query: string, node: SyntaxNode, out: Operand[]): void {
  const children = childrenOf(node);
  const [first] = children;
  if (node.name === 'BinaryExpr') {
    const last = children.at(-1);
    if (!first || !last) throw parseError(query, node.from, 'an operator needs two operands');
    flatten(query, first, out);
    out.push({ kind: 'binary', nodes: children.slice(1, -1) });
    flatten(query, last, out);
  } else if (node.name === 'UnaryExpr') {
    const operand = children[1];
    if (!first || !operand) throw parseError(query, node.from, 'a sign needs an operand');
    out.push({ kind: 'unary', operator: query[first.from] === '-' ? '-' : '+', from: first.from });
    flatten(query, operand, out);
  } else if (postfixNames.has(node.name) && first) {
    flatten(query, first, out);
    out.push({ kind: 'postfix', node });
  } else if (node.name === 'NumberDurationLiteral' && /[+-]/.test(query[node.from] ?? '')) {
    const sign = query[node.from] === '-' ? '-' : '+';
    const from = node.from + 1 + (/^\s*/.exec(query.slice(node.from + 1))?.[0].length ?? 0);
    out.push({ kind: 'unary', operator: sign, from: node.from });
    out.push({ kind: 'primary', expr: numberExpr(query, from, node.to) });
  } else {
    out.push({ kind: 'primary', expr: primary(query, node) });
  }
}

function numberExpr(query: string, from: number, to: number): Expr {
  const value = parseNumber(query.slice(from, to));
  if (value === null)
    throw parseError(query, from, `bad number or duration syntax: ${JSON.stringify(query.slice(from, to))}`);
  return { kind: 'number', value, from, to };
}

function primary(query: string, node: SyntaxNode): Expr {
  const { from, to } = node;
  switch (node.name) {
    case 'NumberDurationLiteral':
      return numberExpr(query, from, to);
    case 'StringLiteral':
      return { kind: 'string', value: stringOf(query, node), from, to };
    case 'VectorSelector':
      return buildSelector(query, node);
    case 'ParenExpr': {
      const [inner] = childrenOf(node);
      if (!inner) throw parseError(query, from, 'nothing between the parentheses');
      return { kind: 'paren', expr: buildExpr(query, inner), from, to };
    }
    case 'FunctionCall': {
      const [name, body] = childrenOf(node);
      const args = body ? childrenOf(body).map((arg) => buildExpr(query, arg)) : [];
      return {
        kind: 'call',
        name: name ? query.slice(name.from, name.to).toLowerCase() : '',
        args,
        from,
        to,
      };
    }
    case 'AggregateExpr':
      return aggregate(query, node);
    default:
      throw parseError(query, from, `${query.slice(from, to)} is not supported by this store`);
  }
}

const isAggregate = (name: string): name is AggregateOperator =>
  aggregateOperators.some((known) => known === name);

function aggregate(query: string, node: SyntaxNode): Expr {
  const { from, to } = node;
  const children = childrenOf(node);
  const [operatorNode] = children;
  const operator = operatorNode ? query.slice(operatorNode.from, operatorNode.to).toLowerCase() : '';
  if (!isAggregate(operator))
    throw parseError(query, from, `the aggregation ${operator} is not supported by this store`);
  const modifier = children.find((child) => child.name === 'AggregateModifier');
  const body = children.find((child) => child.name === 'FunctionCallBody');
  const args = body ? childrenOf(body).map((arg) => buildExpr(query, arg)) : [];
  const takesParam = ['topk', 'bottomk', 'limitk', 'quantile', 'count_values'].includes(operator);
  const wanted = takesParam ? 2 : 1;
  const expr = args[wanted - 1];
  if (args.length !== wanted || !expr) {
    throw parseError(
      query,
      from,
      `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
    );
  }
  const labels = modifier ? childrenOf(modifier).find((child) => child.name === 'GroupingLabels') : undefined;
  return {
    kind: 'aggregate',
    operator,
    expr,
    param: takesParam ? (args[0] ?? null) : null,
    grouping: labels ? groupingOf(query, labels) : [],
    without: modifier?.firstChild?.name === 'Without',
    from,
    to,
  };
}
