import { compileRe2 } from './re2.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition on one label. A label that is not there counts as the empty string. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  readonly matches: (value: string) => boolean;
}

/** @throws AppError `invalid-argument` when a pattern is not a regular expression of RE2's syntax. */
export function createMatcher(name: string, operator: MatchOperator, value: string): Matcher {
  return { name, operator, value, matches: predicate(operator, value) };
}

function predicate(operator: MatchOperator, value: string): (value: string) => boolean {
  if (operator === '=') return (other) => other === value;
  if (operator === '!=') return (other) => other !== value;
  const pattern = compileRe2(value);
  const wanted = operator === '=~';
  return (other) => pattern.test(other) === wanted;
}
