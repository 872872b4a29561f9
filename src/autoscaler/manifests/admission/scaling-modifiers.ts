import { checkFormula } from '../../decision/formula/check-formula.ts';
import { evaluateFormula } from '../../decision/formula/evaluate-formula.ts';
import type { ScalingModifiersSpec } from '../scaled-object.ts';
import { isResource, type AdmissionRule } from './rule.ts';

/** Is any field of `scalingModifiers` set? An empty section counts as none. */
export function usesModifiers(modifiers: ScalingModifiersSpec | null): modifiers is ScalingModifiersSpec {
  return (
    modifiers !== null &&
    (modifiers.formula !== null ||
      modifiers.target !== null ||
      modifiers.activationTarget !== null ||
      modifiers.metricTypeGiven === true)
  );
}

const path = ['spec', 'advanced', 'scalingModifiers'];
const rule = 'keda-scaling-modifiers';

/** A formula has a target, knows its triggers, and gives a number when each of them is -1. */
export const scalingModifiers: AdmissionRule = (
  { scalingModifiers: modifiers, triggers },
  _all,
  complain,
) => {
  if (!usesModifiers(modifiers)) return;
  if (modifiers.formula === null)
    complain(rule, [...path, 'formula'], 'expected a formula, received nothing');
  if (!(Number(modifiers.target ?? Number.NaN) > 0)) {
    complain(
      rule,
      [...path, 'target'],
      `expected a number > 0 in quotes, received ${modifiers.target === null ? 'nothing' : `"${modifiers.target}"`}`,
    );
  }
  if (modifiers.activationTarget !== null && Number.isNaN(Number(modifiers.activationTarget))) {
    complain(
      rule,
      [...path, 'activationTarget'],
      `expected a number in quotes, received "${modifiers.activationTarget}"`,
    );
  }
  if (modifiers.metricType === 'Utilization') {
    complain(rule, [...path, 'metricType'], 'expected AverageValue or Value, received Utilization');
  }
  if (modifiers.formula === null) return;
  const names = triggers.flatMap(({ name, type }) => (name === null || isResource(type) ? [] : [name]));
  const wrong = checkFormula(modifiers.formula, names) ?? trialProblem(modifiers.formula, names);
  if (wrong !== null) complain(rule, [...path, 'formula'], wrong);
};

function trialProblem(formula: string, names: readonly string[]): string | null {
  const result = evaluateFormula(formula, Object.fromEntries(names.map((name) => [name, -1])));
  return result.kind === 'error' ? result.message : null;
}

/** Fallback needs a trigger that can fail, and for `scalingModifiers` a formula that can do without it. */
export const fallbackRules: AdmissionRule = (
  { fallback, scalingModifiers: modifiers, triggers },
  _all,
  complain,
) => {
  if (!fallback) return;
  for (const name of ['failureThreshold', 'replicas'] as const) {
    if (fallback[name] < 0) {
      complain(
        'keda-fallback',
        ['spec', 'fallback', name],
        `expected a number >= 0, received ${fallback[name]}`,
      );
    }
  }
  if (!usesModifiers(modifiers) && triggers.every(({ type }) => isResource(type))) {
    complain(
      'keda-fallback',
      ['spec', 'fallback'],
      'expected at least one trigger other than cpu and memory: those have no fallback',
    );
  }
  if (fallback.behavior === 'scalingModifiers' && !modifiers?.formula) {
    complain(
      'keda-fallback',
      ['spec', 'fallback', 'behavior'],
      'expected a formula under spec.advanced.scalingModifiers',
    );
  }
};
