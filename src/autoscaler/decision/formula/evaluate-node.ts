import type { Closure } from './closures.ts';
import { closureFunctions } from './closures.ts';
import type { FormulaNode } from './formula-node.ts';
import type { FormulaValue } from './formula-value.ts';
import { formulaError, isArray, toArray, toBoolean, toInteger, toNumber, typeName } from './formula-value.ts';
import { plainFunctions } from './functions.ts';
import { applyOperator } from './operators.ts';

/** The names a formula may use, and the element its innermost closure looks at. */
export interface FormulaScope {
  readonly names: ReadonlyMap<string, FormulaValue>;
  readonly element?: {
    readonly value: FormulaValue;
    readonly index: number;
    readonly accumulated: FormulaValue;
  };
}

/** @throws AppError `invalid-argument` on a name that is not there or a value of the wrong kind. */
export function evaluateNode(node: FormulaNode, scope: FormulaScope): FormulaValue {
  const of = (child: FormulaNode): FormulaValue => evaluateNode(child, scope);
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'name': {
      const value = scope.names.get(node.name);
      if (value === undefined) throw formulaError(`The formula knows no trigger named "${node.name}".`);
      return value;
    }
    case 'element':
      return element(node.which, scope);
    case 'array':
      return node.items.map(of);
    case 'map':
      return new Map(node.entries.map(([key, value]) => [key, of(value)]));
    case 'unary':
      return unary(node.operator, of(node.operand));
    case 'binary':
      return binary(node, of);
    case 'choice':
      return toBoolean(of(node.test), '"?"') ? of(node.whenTrue) : of(node.whenFalse);
    case 'let': {
      const names = new Map(scope.names).set(node.name, of(node.value));
      return evaluateNode(node.body, { ...scope, names });
    }
    case 'call':
      return call(node, scope);
    case 'index':
      return index(of(node.object), of(node.key), node.optional);
    case 'slice':
      return slice(of(node.object), node.from && of(node.from), node.to && of(node.to));
    default:
      return node satisfies never;
  }
}

function element(which: '' | 'index' | 'acc', { element }: FormulaScope): FormulaValue {
  if (element === undefined) {
    throw formulaError(
      '"#" stands for an element and is only known inside map(), filter(), count() and the like.',
    );
  }
  if (which === 'index') return BigInt(element.index);
  return which === 'acc' ? element.accumulated : element.value;
}

function unary(operator: '-' | '+' | 'not', value: FormulaValue): FormulaValue {
  if (operator === 'not') return !toBoolean(value, '"not"');
  if (typeof value === 'bigint') return operator === '-' ? -value : value;
  const number = toNumber(value, `"${operator}"`);
  return operator === '-' ? -number : number;
}

function binary(
  node: Extract<FormulaNode, { kind: 'binary' }>,
  of: (child: FormulaNode) => FormulaValue,
): FormulaValue {
  if (node.operator === '??') return of(node.left) ?? of(node.right);
  if (node.operator === 'and') return toBoolean(of(node.left), '"and"') && toBoolean(of(node.right), '"and"');
  if (node.operator === 'or') return toBoolean(of(node.left), '"or"') || toBoolean(of(node.right), '"or"');
  return applyOperator(node.operator, of(node.left), of(node.right));
}

function call(node: Extract<FormulaNode, { kind: 'call' }>, scope: FormulaScope): FormulaValue {
  const withClosure = closureFunctions[node.name];
  if (withClosure !== undefined) {
    const [subject, body, ...rest] = node.args;
    if (subject === undefined) throw formulaError(`${node.name}() needs an array.`);
    const closure: Closure | null =
      body === undefined
        ? null
        : (value, index, accumulated = null) =>
            evaluateNode(body, { ...scope, element: { value, index, accumulated } });
    const items = toArray(evaluateNode(subject, scope), node.name);
    return withClosure(
      items,
      closure,
      rest.map((arg) => evaluateNode(arg, scope)),
    );
  }
  const plain = plainFunctions[node.name];
  if (plain === undefined) throw formulaError(`The formula knows no function ${node.name}().`);
  if (node.args.length === 0) throw formulaError(`${node.name}() needs a value.`);
  return plain(
    node.args.map((arg) => evaluateNode(arg, scope)),
    node.name,
  );
}

function index(object: FormulaValue, key: FormulaValue, optional: boolean): FormulaValue {
  if (object === null && optional) return null;
  if (object instanceof Map) {
    return typeof key === 'string' ? (object.get(key) ?? null) : null;
  }
  if (object === null || !isArray(object)) {
    throw formulaError(`Only arrays and maps have parts, received ${typeName(object)}.`);
  }
  const at = Number(toInteger(key, 'A place in an array'));
  const item = object.at(at);
  if (item === undefined) {
    throw formulaError(`The array has ${object.length} items, so none at place ${at}.`);
  }
  return item;
}

function slice(object: FormulaValue, from: FormulaValue, to: FormulaValue): FormulaValue {
  const items = toArray(object, 'A slice');
  const place = (value: FormulaValue, otherwise: number): number =>
    value === null ? otherwise : Number(toInteger(value, 'A slice'));
  return items.slice(place(from, 0), place(to, items.length));
}
