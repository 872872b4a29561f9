import type { SyntaxNode } from '@lezer/common';
import { AppError } from '../../contract/app-error.ts';
import { metricNameLabel } from '../labels.ts';
import { createMatcher, type Matcher, type MatchOperator } from '../matcher.ts';
import type { VectorSelector } from './ast.ts';
import { childrenOf, stringOf } from './syntax.ts';
import { parseError } from './query-error.ts';

const operators: Readonly<Record<string, MatchOperator>> = { '=': '=', '!=': '!=', '=~': '=~', '!~': '!~' };

/** `name{label="value", …}`, also `{"quoted.name", …}`. @throws AppError `invalid-argument` with the position. */
export function buildSelector(query: string, node: SyntaxNode): VectorSelector {
  const matchers: Matcher[] = [];
  let named = false;
  const nameIs = (name: string, at: number): void => {
    if (named) throw parseError(query, at, `metric name must not be set twice: ${JSON.stringify(name)}`);
    named = true;
    matchers.push(createMatcher(metricNameLabel, '=', name));
  };
  for (const child of childrenOf(node)) {
    if (child.name === 'Identifier') nameIs(query.slice(child.from, child.to), child.from);
    if (child.name !== 'LabelMatchers') continue;
    for (const entry of childrenOf(child)) {
      if (entry.name === 'QuotedLabelName') nameIs(labelNameOf(query, entry), entry.from);
      else matchers.push(matcherOf(query, entry));
    }
  }
  if (named && matchers.filter((matcher) => matcher.name === metricNameLabel).length > 1) {
    throw parseError(query, node.from, 'metric name must not be set twice');
  }
  if (!matchers.some((matcher) => !matcher.matches(''))) {
    throw parseError(query, node.from, 'vector selector must contain at least one non-empty matcher');
  }
  return { kind: 'vector-selector', matchers, offsetMs: 0, at: null, from: node.from, to: node.to };
}

function labelNameOf(query: string, node: SyntaxNode): string {
  const quoted = node.firstChild;
  return quoted?.name === 'StringLiteral' ? stringOf(query, quoted) : query.slice(node.from, node.to);
}

function matcherOf(query: string, node: SyntaxNode): Matcher {
  const [name, operatorNode, value] = childrenOf(node);
  const operator = operatorNode ? operators[query.slice(operatorNode.from, operatorNode.to)] : undefined;
  if (!name || !operator || !value)
    throw parseError(query, node.from, 'a label matcher is name, operator, "value"');
  try {
    return createMatcher(labelNameOf(query, name), operator, stringOf(query, value));
  } catch (error) {
    const { message, details } = AppError.from(error);
    if (details['phase'] === 'parse') throw error;
    throw parseError(query, value.from, message);
  }
}
