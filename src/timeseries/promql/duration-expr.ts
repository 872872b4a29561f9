import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from './syntax.ts';
import { parseNumber } from './literals.ts';
import { parseError } from './query-error.ts';

/** A duration, or arithmetic on durations (`2 * 5m`), in whole milliseconds. @throws AppError `invalid-argument`. */
export function evaluateDurationMs(query: string, node: SyntaxNode): number {
  const value = seconds(query, node);
  if (!Number.isFinite(value)) throw parseError(query, node.from, 'duration out of range');
  return Math.round(value * 1000);
}

const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Mod: (a, b) => a % b,
  Pow: (a, b) => a ** b,
};

function seconds(query: string, node: SyntaxNode): number {
  const children = childrenOf(node);
  const [first, second, third] = children;
  if (children.length === 0) {
    const value = parseNumber(query.slice(node.from, node.to));
    if (value === null) throw parseError(query, node.from, 'bad duration syntax');
    return value;
  }
  if (first?.name === 'UnaryOp' && second) {
    return query[first.from] === '-' ? -seconds(query, second) : seconds(query, second);
  }
  if (first && second && third) {
    const operation = operations[second.name];
    if (operation) return operation(seconds(query, first), seconds(query, third));
  }
  if (children.length === 1 && first && !first.name.startsWith('Duration')) return seconds(query, first);
  if (children.length === 1 && first && /^(?:Offset)?DurationExpr$/.test(first.name))
    return seconds(query, first);
  throw parseError(
    query,
    node.from,
    'step(), range(), min_of() and max_of() in durations are not supported by this store',
  );
}
