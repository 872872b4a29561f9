import type { SyntaxNode } from '@lezer/common';
import type { LRParser } from '@lezer/lr';
import { buildExpr } from './build-expr.ts';
import type { Expr } from './ast.ts';
import { parseError, placeOf } from './query-error.ts';
import { checkTypes } from './type-check.ts';
import { unknownFunction } from './unknown-function.ts';

const remembered = 100;

export type ParsePromql = (query: string) => Expr;

let loading: Promise<ParsePromql> | null = null;

/** Loads Prometheus' grammar with the first query; afterwards parsing is synchronous and repeated queries are remembered. */
export function loadPromqlParser(): Promise<ParsePromql> {
  loading ??= import('@prometheus-io/lezer-promql').then(({ parser }) => remember(createParse(parser)));
  return loading;
}

/**
 * What the grammar package does not read is given to it as another text of the same length; values are taken from the
 * query itself. It knows a function only by its new name (the number of arguments is checked later), and wants a digit
 * behind the point: `1.` and `1.e3`.
 */
const renamed: readonly (readonly [RegExp, string])[] = [
  [/\bholt_winters(?=\s*\()/g, 'day_of_month'],
  [/(?<![\w.])(\d+)\.(?=[eE][+-]?\d|(?![\w.]))/g, '0$1'],
];

function createParse(parser: LRParser): ParsePromql {
  return (query) => {
    const text = renamed.reduce((sum, [from, to]) => sum.replace(from, to), query);
    const top = parser.parse(text).topNode;
    const broken = firstError(top);
    if (broken) throw syntaxError(query, broken);
    const root = top.firstChild;
    if (!root) throw parseError(query, 0, 'no expression found in input');
    let node: SyntaxNode = root;
    while (node.name === 'LineComment' && node.nextSibling) node = node.nextSibling;
    const expr = buildExpr(query, node);
    checkTypes(query, expr);
    return expr;
  };
}

function firstError(top: SyntaxNode): SyntaxNode | null {
  const cursor = top.cursor();
  do {
    if (cursor.type.isError) return cursor.node;
  } while (cursor.next());
  return null;
}

function syntaxError(query: string, node: SyntaxNode): Error {
  if (query.trim() === '') return parseError(query, 0, 'no expression found in input');
  const unknown = /^([A-Za-z_:][\w:]*)\s*\(/.exec(query.slice(node.parent?.from ?? node.from));
  if (unknown && node.parent?.name === 'VectorSelector') {
    return parseError(query, node.parent.from, unknownFunction(unknown[1] ?? ''));
  }
  const found = query.slice(node.from).trimStart().slice(0, 20);
  if (found === '') return parseError(query, query.length, `unexpected end of input${unclosed(query)}`);
  return parseError(query, node.from, `unexpected ${JSON.stringify(found)}`);
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** `: the ( at 1:4 is not closed` for the last bracket that is still open; nothing when all are closed. */
function unclosed(query: string): string {
  const open: number[] = [];
  for (const { 0: token, index } of query.matchAll(
    /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|#.*|[()[\]{}]/g,
  )) {
    if (closing[token] !== undefined) open.push(index);
    else if (/^[)\]}]$/.test(token)) open.pop();
  }
  const last = open.at(-1);
  if (last === undefined) return '';
  const { line, column } = placeOf(query, last);
  return `: the ${query[last]} at ${line}:${column} is not closed`;
}

function remember(parse: ParsePromql): ParsePromql {
  const known = new Map<string, Expr>();
  return (query) => {
    const found = known.get(query);
    if (found) return found;
    const expr = parse(query);
    if (known.size >= remembered) known.delete(known.keys().next().value ?? '');
    known.set(query, expr);
    return expr;
  };
}
