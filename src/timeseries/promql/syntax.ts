import type { SyntaxNode } from '@lezer/common';
import { parseString } from './literals.ts';
import { parseError } from './query-error.ts';

/** Children without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}

/** @throws AppError `invalid-argument` when a quote is missing or an escape is unknown. */
export function stringOf(query: string, node: SyntaxNode): string {
  const value = parseString(query.slice(node.from, node.to));
  if (value === null)
    throw parseError(query, node.from, 'unterminated quoted string or unknown escape sequence');
  return value;
}

/** The label names of a `by (…)`, `on (…)`, `group_left (…)`. */
export function groupingOf(query: string, node: SyntaxNode): string[] {
  return childrenOf(node).map((label) => {
    const quoted = label.name === 'QuotedLabelName' ? label.firstChild : null;
    return quoted ? stringOf(query, quoted) : query.slice(label.from, label.to);
  });
}
