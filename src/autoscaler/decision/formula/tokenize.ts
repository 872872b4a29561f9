import { AppError } from '../../../contract/app-error.ts';

/** A word of a formula. `atIndex` is where it starts in the text, for messages. */
export interface Token {
  readonly kind: 'integer' | 'float' | 'string' | 'name' | 'operator' | 'end';
  readonly text: string;
  readonly atIndex: number;
}

const wordOperators = new Set(['and', 'or', 'not', 'in', 'contains', 'startsWith', 'endsWith', 'matches']);
const operators = [
  '??',
  '?.',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '**',
  '..',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '<',
  '>',
  '!',
  '?',
  ':',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ';',
  '=',
  '|',
  '.',
  '#',
] as const;

/** @throws AppError `invalid-argument` naming the place of a character that no formula has. */
export function tokenize(formula: string): readonly Token[] {
  const tokens: Token[] = [];
  let index = 0;
  const add = (kind: Token['kind'], text: string, length: number): void => {
    tokens.push({ kind, text, atIndex: index });
    index += length;
  };
  while (index < formula.length) {
    const rest = formula.slice(index);
    const blank = /^(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(rest)?.[0];
    if (blank !== undefined) {
      index += blank.length;
      continue;
    }
    const name = /^[A-Za-z_$][\w$]*/.exec(rest)?.[0];
    if (name !== undefined) {
      add(wordOperators.has(name) ? 'operator' : 'name', name, name.length);
      continue;
    }
    const float =
      /^(?:\d[\d_]*\.\d[\d_]*(?:[eE][+-]?\d+)?|\.\d[\d_]*(?:[eE][+-]?\d+)?|\d[\d_]*[eE][+-]?\d+)/.exec(
        rest,
      )?.[0];
    if (float !== undefined) {
      add('float', float.replaceAll('_', ''), float.length);
      continue;
    }
    const integer = /^(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*)/.exec(rest)?.[0];
    if (integer !== undefined) {
      add('integer', integer.replaceAll('_', ''), integer.length);
      continue;
    }
    const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)/s.exec(rest)?.[0];
    if (quoted !== undefined) {
      add('string', unquote(quoted), quoted.length);
      continue;
    }
    const operator = operators.find((candidate) => rest.startsWith(candidate));
    if (operator === undefined) {
      throw new AppError(
        'invalid-argument',
        `The formula has "${rest.slice(0, 1)}" at character ${index + 1}, which is no part of the language.`,
        { param: 'formula' },
      );
    }
    add('operator', operator, operator.length);
  }
  add('end', '', 0);
  return tokens;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith('`')) return inner;
  return inner.replaceAll(/\\(.)/gs, (_, char: string) => escapes[char] ?? char);
}
