import type { CrossFieldRule } from '../check-context.ts';

// Rules that many trigger types share. Each factory takes the names of parameters and gives a rule.

/** A target of 0 would divide by nothing, unless only a formula uses the value. */
export const targetNotZero =
  (name: string): CrossFieldRule =>
  (values, { formulaInput }) =>
    formulaInput || values.number(name) !== 0
      ? []
      : [`${name}: expected a number other than 0, received ${values.has(name) ? '0' : 'nothing'}`];

/** A target that must be more than 0, unless only a formula uses the value. */
export const targetAbove0 =
  (name: string): CrossFieldRule =>
  (values, context) =>
    context.formulaInput ? [] : above0(name)(values, context);

/** A target whose default, -1, stands for none. */
export const targetGiven =
  (name: string): CrossFieldRule =>
  (values, { formulaInput }) =>
    formulaInput || values.number(name) !== -1 ? [] : [`${name}: expected a value, received nothing`];

/** @returns a rule that refuses 0 and less. */
export const above0 =
  (name: string): CrossFieldRule =>
  (values) =>
    values.number(name) > 0 ? [] : [`${name}: expected a number > 0, received ${values.number(name)}`];

/** @returns a rule that refuses negative numbers. */
export const notNegative =
  (name: string): CrossFieldRule =>
  (values) =>
    values.number(name) >= 0 ? [] : [`${name}: expected a number >= 0, received ${values.number(name)}`];

/** A client certificate is of use only with its key, and the other way round. */
export const certWithKey: CrossFieldRule = (values) => {
  const cert = values.has('cert') || values.has('Cert');
  return cert === values.has('key') ? [] : [`${cert ? 'key' : 'cert'}: cert and key must be given together`];
};

/** The same, only looked at where `tls` is `enable`. */
export const certWithKeyUnderTls: CrossFieldRule = (values, context) =>
  values.text('tls') === 'enable' ? certWithKey(values, context) : [];

/** The same for a switch that is a boolean. */
export const certWithKeyWhen =
  (name: string): CrossFieldRule =>
  (values, context) =>
    values.flag(name) ? certWithKey(values, context) : [];

/** A switch that is a word. */
export const enableOrDisable =
  (name: string): CrossFieldRule =>
  (values) => {
    const text = values.text(name);
    return text === '' || text === 'enable' || text === 'disable'
      ? []
      : [`${name}: expected enable or disable, received "${text}"`];
  };

/** Pod identities that a trigger can use, besides none. */
export const podIdentities =
  (...supported: readonly string[]): CrossFieldRule =>
  (_values, { podIdentity }) =>
    podIdentity === 'none' || podIdentity === '' || supported.includes(podIdentity)
      ? []
      : [`podIdentity: expected none or ${supported.join(' or ')}, received ${podIdentity}`];

/** Either a whole connection text, or every one of the parts. */
export const connectionOr =
  (connection: string, ...parts: readonly string[]): CrossFieldRule =>
  (values) => {
    if (values.has(connection)) return [];
    const missing = parts.filter((name) => !values.has(name));
    return missing.length === 0
      ? []
      : [`${missing.join(', ')}: expected a value, or all of it in ${connection}; received neither`];
  };

/** At least one of several. */
export const oneOf =
  (...names: readonly string[]): CrossFieldRule =>
  (values) =>
    names.some((name) => values.has(name))
      ? []
      : [`${names.join(' or ')}: expected a value, received nothing`];

/** Exactly one of two. */
export const eitherOr =
  (first: string, second: string): CrossFieldRule =>
  (values) => {
    if (values.has(first) !== values.has(second)) return [];
    return [
      values.has(first)
        ? `${first}: cannot be given together with ${second}`
        : `${first} or ${second}: expected one of them, received neither`,
    ];
  };

/** Both or neither. */
export const bothOrNeither =
  (first: string, second: string): CrossFieldRule =>
  (values) =>
    values.has(first) === values.has(second)
      ? []
      : [`${values.has(first) ? second : first}: ${first} and ${second} must be given together`];
