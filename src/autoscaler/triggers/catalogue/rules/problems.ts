import type { TriggerValues } from '../trigger-values.ts';

// How rules about several parameters put what is wrong: `name: what was expected, what was received`. Who shows a
// problem reads the parameter's name up to the first colon.

/** Parameters that are always necessary, in this use of the trigger. */
export const needed = (values: TriggerValues, ...names: readonly string[]): readonly string[] =>
  names
    .filter((name) => !values.has(name))
    .map((name) => `${name}: expected a value, received ${values.absence(name)}`);

/** Parameters that another one makes necessary. @param because - what makes them so, such as `tls is enable` */
export const demanded = (
  values: TriggerValues,
  because: string,
  ...names: readonly string[]
): readonly string[] =>
  names
    .filter((name) => !values.has(name))
    .map((name) => `${name}: expected a value because ${because}, received ${values.absence(name)}`);

/** A parameter that cannot stand beside another. */
export const notBeside = (name: string, other: string): string =>
  `${name}: expected nothing beside ${other}, received both`;

/** What was written, short enough for a line. Never for secrets. */
export const quoted = (text: string): string =>
  text === '' ? 'nothing' : `"${text.length > 80 ? `${text.slice(0, 80)}…` : text}"`;
