import { evaluateFormula } from '../formula/evaluate-formula.ts';
import { truncatedMilli } from '../hpa/quantity.ts';
import type { FallbackPolicy, FormulaPolicy } from '../scale-policy.ts';
import type { AnsweredReading } from './evaluate-triggers.ts';

/** The composite metric of a formula. `fallback`: a trigger's substitute took its place. */
export type CompositeResult =
  | { readonly kind: 'value'; readonly value: number; readonly from: 'formula' | 'fallback' }
  | { readonly kind: 'error'; readonly message: string };

/**
 * The value of the formula over all named triggers. A trigger's static substitute replaces the whole composite; a
 * result of nil becomes what makes the HPA go to the fallback replicas.
 */
export function compositeValue(
  answers: readonly AnsweredReading[],
  formula: FormulaPolicy,
  fallback: FallbackPolicy | null,
): CompositeResult {
  const values: Record<string, number | null> = {};
  const substitute = answers.find(({ answer }) => answer.kind === 'fallback')?.answer;
  if (substitute?.kind === 'fallback') return { kind: 'value', value: substitute.value, from: 'fallback' };
  for (const { reading, answer } of answers) {
    if (reading.isResource || answer.kind === 'fallback') continue;
    if (answer.kind === 'error') return { kind: 'error', message: answer.message };
    // A trigger with several metrics has one name: its last metric is the one the formula sees.
    if (reading.name !== null) values[reading.name] = answer.kind === 'nil' ? null : answer.value;
  }
  const result = evaluateFormula(formula.formula, values);
  if (result.kind === 'error') return result;
  if (result.kind === 'value') return { kind: 'value', value: result.value, from: 'formula' };
  if (fallback === null) {
    return { kind: 'error', message: 'The formula gave nil and there is no fallback to take its place.' };
  }
  const value = truncatedMilli(fallback.replicas * Number(formula.target)) / 1000;
  return { kind: 'value', value, from: 'fallback' };
}
