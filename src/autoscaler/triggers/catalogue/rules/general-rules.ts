import type { CrossFieldRule } from '../check-context.ts';
import { demanded, notBeside, quoted } from './problems.ts';

// Rules that many trigger types share. Each factory takes the names of parameters and gives a rule.

/** A target of 0 would divide by nothing, unless only a formula uses the value. */
export const targetNotZero =
  (name: string): CrossFieldRule =>
  (values, { formulaInput }) =>
    formulaInput || values.number(name) !== 0
      ? []
      : [
          `${name}: expected a number other than 0, received ${values.has(name) ? '0' : values.absence(name)}`,
        ];

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
  if (values.has('cert') || values.has('Cert')) return demanded(values, 'cert is given', 'key');
  return values.has('key') ? demanded(values, 'key is given', 'cert') : [];
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
      : [`${name}: expected enable or disable, received ${quoted(text)}`];
  };

/** An address with its scheme; `scheme` narrows which. */
export const address =
  (name: string, scheme: RegExp = /^/): CrossFieldRule =>
  (values) => {
    const text = values.text(name);
    return URL.canParse(text) && scheme.test(text)
      ? []
      : [`${name}: expected an address such as https://host:8089, received ${quoted(text)}`];
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
  (values) =>
    values.has(connection) ? [] : demanded(values, `there is no ${connection}`, ...parts);

/** At least one of several. */
export const oneOf =
  (first: string, ...others: readonly string[]): CrossFieldRule =>
  (values) =>
    [first, ...others].some((name) => values.has(name))
      ? []
      : [`${first}: expected a value here or in ${others.join(' or ')}, received ${values.absence(first)}`];

/** Exactly one of two. */
export const eitherOr =
  (first: string, second: string): CrossFieldRule =>
  (values, context) =>
    values.has(first) && values.has(second)
      ? [notBeside(first, second)]
      : oneOf(first, second)(values, context);

/** Both or neither. */
export const bothOrNeither =
  (first: string, second: string): CrossFieldRule =>
  (values) => {
    if (values.has(first)) return demanded(values, `${first} is given`, second);
    return values.has(second) ? demanded(values, `${second} is given`, first) : [];
  };
