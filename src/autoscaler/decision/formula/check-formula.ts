import { AppError } from '../../../contract/app-error.ts';
import { closureFunctions } from './closures.ts';
import type { FormulaNode } from './formula-node.ts';
import { plainFunctions } from './functions.ts';
import { parseFormula } from './parse-formula.ts';

/**
 * What is wrong with a formula before it is ever run: syntax, names that no trigger has, functions that do not exist,
 * also in branches that would not be reached.
 *
 * @param names of the triggers that a formula may use: named, not cpu or memory.
 * @returns a sentence, or null when nothing is wrong.
 */
export function checkFormula(formula: string, names: Iterable<string>): string | null {
  try {
    return checkNode(parseFormula(formula), new Set(names));
  } catch (error) {
    return AppError.from(error).message;
  }
}

function checkNode(node: FormulaNode, names: ReadonlySet<string>): string | null {
  const each = (children: readonly (FormulaNode | null)[]): string | null => {
    for (const child of children) {
      const found = child === null ? null : checkNode(child, names);
      if (found !== null) return found;
    }
    return null;
  };
  switch (node.kind) {
    case 'literal':
    case 'element':
      return null;
    case 'name':
      if (names.has(node.name)) return null;
      return `The formula names "${node.name}", but no trigger has that name; known: ${[...names].join(', ') || 'none'}.`;
    case 'array':
      return each(node.items);
    case 'map':
      return each(node.entries.map(([, value]) => value));
    case 'unary':
      return each([node.operand]);
    case 'binary':
      return each([node.left, node.right]);
    case 'choice':
      return each([node.test, node.whenTrue, node.whenFalse]);
    case 'let':
      return each([node.value]) ?? checkNode(node.body, new Set([...names, node.name]));
    case 'call':
      if (!Object.hasOwn(closureFunctions, node.name) && !Object.hasOwn(plainFunctions, node.name)) {
        return `The formula calls ${node.name}(), which does not exist.`;
      }
      return each(node.args);
    case 'index':
      return each([node.object, node.key]);
    case 'slice':
      return each([node.object, node.from, node.to]);
    default:
      return node satisfies never;
  }
}
