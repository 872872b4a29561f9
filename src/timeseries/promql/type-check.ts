import type { Aggregate, Binary, Call, Expr, ValueType } from './ast.ts';
import { signatures } from './functions/signatures.ts';
import { parseError } from './query-error.ts';
import { unknownFunction } from './unknown-function.ts';

const comparisons = new Set(['==', '!=', '>', '<', '>=', '<=']);
const setOperators = new Set(['and', 'or', 'unless']);

export const isComparison = (operator: string): boolean => comparisons.has(operator);
export const isSetOperator = (operator: string): boolean => setOperators.has(operator);

/** What an expression evaluates to. @throws AppError `invalid-argument` with the position when its parts do not fit. */
export function checkTypes(query: string, expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vector-selector':
      return 'instant vector';
    case 'matrix-selector':
      return 'range vector';
    case 'paren':
      return checkTypes(query, expr.expr);
    case 'subquery':
      expect(query, expr.expr, 'instant vector', 'subquery is only allowed on instant vector, got');
      return 'range vector';
    case 'unary': {
      const type = checkTypes(query, expr.expr);
      if (type === 'scalar' || type === 'instant vector') return type;
      throw parseError(
        query,
        expr.from,
        `unary expression only allowed on expressions of type scalar or instant vector, got "${type}"`,
      );
    }
    case 'call':
      return checkCall(query, expr);
    case 'aggregate':
      return checkAggregate(query, expr);
    case 'binary':
      return checkBinary(query, expr);
    default:
      return expr satisfies never;
  }
}

function expect(query: string, expr: Expr, wanted: ValueType, before: string): void {
  const type = checkTypes(query, expr);
  if (type !== wanted) throw parseError(query, expr.from, `${before} ${type} instead`);
}

function checkCall(query: string, call: Call): ValueType {
  const signature = signatures.get(call.name);
  if (!signature) throw parseError(query, call.from, unknownFunction(call.name));
  const { args, optional } = signature;
  const least = optional < 0 ? args.length - 1 : args.length - optional;
  const most = optional < 0 ? Infinity : args.length;
  if (call.args.length < least || call.args.length > most) {
    const wanted =
      least === most ? `${least}` : call.args.length < least ? `at least ${least}` : `at most ${most}`;
    throw parseError(
      query,
      call.from,
      `expected ${wanted} argument(s) in call to "${call.name}", got ${call.args.length}`,
    );
  }
  for (const [index, arg] of call.args.entries()) {
    const wanted = args[Math.min(index, args.length - 1)] ?? 'scalar';
    expect(query, arg, wanted, `expected type ${wanted} in call to function "${call.name}", got`);
  }
  return signature.returns;
}

function checkAggregate(query: string, aggregate: Aggregate): ValueType {
  expect(
    query,
    aggregate.expr,
    'instant vector',
    `expected type instant vector in aggregation expression, got`,
  );
  if (aggregate.param) {
    const wanted = aggregate.operator === 'count_values' ? 'string' : 'scalar';
    expect(query, aggregate.param, wanted, `expected type ${wanted} in aggregation parameter, got`);
  }
  return 'instant vector';
}

function checkBinary(query: string, binary: Binary): ValueType {
  const { operator, matching, bool } = binary;
  const sides = [binary.left, binary.right].map((side) => {
    const type = checkTypes(query, side);
    if (type === 'scalar' || type === 'instant vector') return type;
    throw parseError(query, side.from, 'binary expression must contain only scalar and instant vector types');
  });
  const scalars = sides.filter((type) => type === 'scalar').length;
  if (bool && !isComparison(operator)) {
    throw parseError(query, binary.from, 'bool modifier can only be used on comparison operators');
  }
  if (scalars === 2 && isComparison(operator) && !bool) {
    throw parseError(query, binary.from, 'comparisons between scalars must use BOOL modifier');
  }
  if (scalars > 0 && isSetOperator(operator)) {
    throw parseError(
      query,
      binary.from,
      `set operator "${operator}" not allowed in binary scalar expression`,
    );
  }
  if (matching) {
    if (scalars > 0 && matching.labels.length > 0) {
      throw parseError(query, binary.from, 'vector matching only allowed between instant vectors');
    }
    if (isSetOperator(operator) && matching.card !== 'one-to-one') {
      throw parseError(query, binary.from, `no grouping allowed for "${operator}" operation`);
    }
    const both = matching.on ? matching.labels.find((label) => matching.include.includes(label)) : undefined;
    if (both !== undefined) {
      throw parseError(query, binary.from, `label "${both}" must not occur in ON and GROUP clause at once`);
    }
  }
  return scalars === 2 ? 'scalar' : 'instant vector';
}
