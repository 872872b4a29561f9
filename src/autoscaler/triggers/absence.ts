import type { ParameterSources, ParameterSpec } from './parameters.ts';

/**
 * What was received where a value was looked for and none was found: `nothing`, or what there is and why it does not
 * count. Values themselves are not told, for they may be secrets.
 */
export function absence({ from, names }: ParameterSpec, sources: ParameterSources): string {
  const { authParams, triggerMetadata } = sources;
  for (const name of names) {
    const variable = triggerMetadata[`${name}FromEnv`]?.trim();
    if (variable) {
      return from.includes('resolvedEnv')
        ? `nothing (${name}FromEnv names ${variable}, which the container lacks or which is empty)`
        : `${name}FromEnv, which is not read`;
    }
    if (triggerMetadata[name] !== undefined) {
      return from.includes('triggerMetadata') ? 'an empty text' : 'one in metadata, where it is not read';
    }
    if (authParams[name] !== undefined) {
      return from.includes('authParams')
        ? 'an empty text in the TriggerAuthentication'
        : 'one in the TriggerAuthentication, where it is not read';
    }
  }
  return 'nothing';
}
