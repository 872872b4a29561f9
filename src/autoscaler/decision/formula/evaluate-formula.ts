import { AppError } from '../../../contract/app-error.ts';
import { truncatedMilli } from '../hpa/quantity.ts';
import { checkFormula } from './check-formula.ts';
import { evaluateNode } from './evaluate-node.ts';
import { plainFunctions } from './functions.ts';
import { parseFormula } from './parse-formula.ts';

/** The composite value. `nil`: every trigger the formula fell back on was nil. */
export type FormulaResult =
  | { readonly kind: 'value'; readonly value: number }
  | { readonly kind: 'nil' }
  | { readonly kind: 'error'; readonly message: string };

/**
 * Runs a formula of `scalingModifiers` with KEDA's casting rules: one with `??` is cast to float only when it is not
 * nil; one that starts with `float(` is left as it is, so `float(a) > 1 ? 5 : 2` fails because 5 is a whole number;
 * any other is cast. The result is cut to thousandths.
 *
 * @param values by trigger name; null enters as nil.
 */
export function evaluateFormula(
  formula: string,
  values: Readonly<Record<string, number | null>>,
): FormulaResult {
  const wrong = checkFormula(formula, Object.keys(values));
  if (wrong !== null) return { kind: 'error', message: wrong };
  try {
    const names = new Map(Object.entries(values));
    const raw = evaluateNode(parseFormula(formula), { names });
    if (raw === null && formula.includes('??')) return { kind: 'nil' };
    const isCast = formula.includes('??') || !formula.startsWith('float(');
    const result = isCast ? plainFunctions['float']?.([raw], 'float') : raw;
    if (result === null) return { kind: 'nil' };
    if (typeof result !== 'number') {
      return {
        kind: 'error',
        message:
          'The formula gave a result that is no float; write 5.0 instead of 5, or put the whole of it in float(…).',
      };
    }
    if (!Number.isFinite(result)) return { kind: 'error', message: `The formula gave ${result}.` };
    return { kind: 'value', value: truncatedMilli(result) / 1000 };
  } catch (error) {
    return { kind: 'error', message: AppError.from(error).message };
  }
}
