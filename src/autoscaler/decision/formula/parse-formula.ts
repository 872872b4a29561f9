import { AppError } from '../../../contract/app-error.ts';
import type { FormulaNode } from './formula-node.ts';
import type { Token } from './tokenize.ts';
import { tokenize } from './tokenize.ts';

/** How tightly binary operators hold; `**` and `^` group from the right. The order is expr-lang's. */
const precedence: Readonly<Record<string, number>> = {
  '|': 0,
  or: 10,
  '||': 10,
  and: 15,
  '&&': 15,
  '==': 20,
  '!=': 20,
  '<': 20,
  '>': 20,
  '<=': 20,
  '>=': 20,
  in: 20,
  matches: 20,
  contains: 20,
  startsWith: 20,
  endsWith: 20,
  '..': 25,
  '+': 30,
  '-': 30,
  '*': 60,
  '/': 60,
  '%': 60,
  '**': 100,
  '^': 100,
  '??': 500,
};
const notPrecedence = 50;
const signPrecedence = 90;
/** Deeper nesting than anyone writes; keeps a hostile formula from exhausting the stack. */
const maxDepth = 200;

/** @throws AppError `invalid-argument` saying what was expected where. */
export function parseFormula(formula: string): FormulaNode {
  const tokens = tokenize(formula);
  let position = 0;
  let depth = 0;

  const peek = (ahead = 0): Token =>
    tokens[Math.min(position + ahead, tokens.length - 1)] ?? { kind: 'end', text: '', atIndex: 0 };
  const is = (text: string): boolean => peek().kind === 'operator' && peek().text === text;
  const isName = (text: string): boolean => peek().kind === 'name' && peek().text === text;
  const fail = (expected: string): never => {
    const { kind, text, atIndex } = peek();
    const received = kind === 'end' ? 'the end' : `"${text}"`;
    throw new AppError(
      'invalid-argument',
      `The formula needs ${expected} at character ${atIndex + 1}, received ${received}.`,
      { param: 'formula' },
    );
  };
  const take = (text: string): void => {
    if (!is(text)) fail(`"${text}"`);
    position += 1;
  };
  const takeName = (): string => {
    const { kind, text } = peek();
    if (kind !== 'name') fail('a name');
    position += 1;
    return text;
  };

  /** `let x = …; …`, `if … { … } else { … }`, or an expression with its `? :`. */
  function sequence(): FormulaNode {
    depth += 1;
    if (depth > maxDepth) fail(`at most ${maxDepth} levels of nesting`);
    try {
      if (isName('let')) {
        position += 1;
        const name = takeName();
        take('=');
        const value = sequence();
        take(';');
        return { kind: 'let', name, value, body: sequence() };
      }
      if (isName('if')) return conditional();
      const test = binary(0);
      if (!is('?')) return test;
      position += 1;
      if (is(':')) {
        position += 1;
        return { kind: 'choice', test, whenTrue: test, whenFalse: sequence() };
      }
      const whenTrue = sequence();
      take(':');
      return { kind: 'choice', test, whenTrue, whenFalse: sequence() };
    } finally {
      depth -= 1;
    }
  }

  function conditional(): FormulaNode {
    position += 1;
    const test = binary(0);
    take('{');
    const whenTrue = sequence();
    take('}');
    if (!isName('else')) fail('"else"');
    position += 1;
    if (isName('if')) return { kind: 'choice', test, whenTrue, whenFalse: conditional() };
    take('{');
    const whenFalse = sequence();
    take('}');
    return { kind: 'choice', test, whenTrue, whenFalse };
  }

  function binary(least: number): FormulaNode {
    let left = unary();
    for (;;) {
      const negated = is('not') && peek(1).kind === 'operator' && (precedence[peek(1).text] ?? 0) === 20;
      const { kind, text } = peek(negated ? 1 : 0);
      const binds = kind === 'operator' ? precedence[text] : undefined;
      if (binds === undefined || binds < least) return left;
      position += negated ? 2 : 1;
      if (text === '|') {
        left = piped(left);
        continue;
      }
      const right = binary(text === '**' || text === '^' ? binds : binds + 1);
      const node: FormulaNode = { kind: 'binary', operator: canonical(text), left, right };
      left = negated ? { kind: 'unary', operator: 'not', operand: node } : node;
    }
  }

  function unary(): FormulaNode {
    depth += 1;
    if (depth > maxDepth) fail(`at most ${maxDepth} levels of nesting`);
    try {
      if (is('not') || is('!')) {
        position += 1;
        return { kind: 'unary', operator: 'not', operand: binary(notPrecedence) };
      }
      if (is('-') || is('+')) {
        const operator = is('-') ? '-' : '+';
        position += 1;
        return { kind: 'unary', operator, operand: binary(signPrecedence) };
      }
      return postfix(primary());
    } finally {
      depth -= 1;
    }
  }

  function primary(): FormulaNode {
    const token = peek();
    switch (token.kind) {
      case 'integer':
        position += 1;
        return { kind: 'literal', value: BigInt(token.text) };
      case 'float':
        position += 1;
        return { kind: 'literal', value: Number(token.text) };
      case 'string':
        position += 1;
        return { kind: 'literal', value: token.text };
      case 'name':
        return named(takeName());
      case 'operator':
        return grouped();
      case 'end':
        return fail('a value');
      default:
        return token.kind satisfies never;
    }
  }

  function named(name: string): FormulaNode {
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
    if (name === 'nil') return { kind: 'literal', value: null };
    if (!is('(')) return { kind: 'name', name };
    return { kind: 'call', name, args: callArguments() };
  }

  function grouped(): FormulaNode {
    if (is('(')) {
      position += 1;
      const inner = sequence();
      take(')');
      return inner;
    }
    if (is('[')) {
      position += 1;
      return { kind: 'array', items: list(']') };
    }
    if (is('{')) return map();
    if (is('#')) {
      position += 1;
      const which = isName('index') ? 'index' : isName('acc') ? 'acc' : '';
      if (which !== '') position += 1;
      return { kind: 'element', which };
    }
    if (is('.')) {
      position += 1;
      const key: FormulaNode = { kind: 'literal', value: takeName() };
      return { kind: 'index', object: { kind: 'element', which: '' }, key, optional: false };
    }
    return fail('a value');
  }

  function map(): FormulaNode {
    take('{');
    const entries: [string, FormulaNode][] = [];
    while (!is('}')) {
      const { kind, text } = peek();
      if (kind !== 'name' && kind !== 'string') fail('a key');
      position += 1;
      take(':');
      entries.push([text, sequence()]);
      if (!is('}')) take(',');
    }
    take('}');
    return { kind: 'map', entries };
  }

  function callArguments(): readonly FormulaNode[] {
    take('(');
    return list(')');
  }

  /** Items up to the closing sign; a closure may stand in braces, `{# > 1}`, or without. */
  function list(close: string): readonly FormulaNode[] {
    const items: FormulaNode[] = [];
    while (!is(close)) {
      items.push(close === ')' ? argument() : sequence());
      if (!is(close)) take(',');
    }
    take(close);
    return items;
  }

  function argument(): FormulaNode {
    const isMap = peek(1).kind !== 'operator' && peek(2).text === ':';
    if (!is('{') || isMap || (peek(1).kind === 'operator' && peek(1).text === '}')) return sequence();
    position += 1;
    const body = sequence();
    take('}');
    return body;
  }

  function piped(left: FormulaNode): FormulaNode {
    const name = takeName();
    if (!is('(')) fail('"(" after the name of a function');
    return postfix({ kind: 'call', name, args: [left, ...callArguments()] });
  }

  function postfix(start: FormulaNode): FormulaNode {
    let node = start;
    for (;;) {
      if (is('.') || is('?.')) {
        const optional = is('?.');
        position += 1;
        const key: FormulaNode = { kind: 'literal', value: takeName() };
        node = { kind: 'index', object: node, key, optional };
      } else if (is('[')) {
        position += 1;
        node = subscript(node);
      } else {
        return node;
      }
    }
  }

  function subscript(object: FormulaNode): FormulaNode {
    const from = is(':') ? null : sequence();
    if (from !== null && is(']')) {
      position += 1;
      return { kind: 'index', object, key: from, optional: false };
    }
    take(':');
    const to = is(']') ? null : sequence();
    take(']');
    return { kind: 'slice', object, from, to };
  }

  const node = sequence();
  if (peek().kind !== 'end') fail('the end');
  return node;
}

function canonical(operator: string): string {
  if (operator === '&&') return 'and';
  if (operator === '||') return 'or';
  return operator === '^' ? '**' : operator;
}
