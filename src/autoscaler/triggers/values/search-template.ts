/** The body of a search by template. */
export interface SearchTemplate {
  readonly id: string;
  /** Left out where there are none. */
  readonly params?: Readonly<Record<string, string>>;
}

/**
 * A template and its parameters, each written `name:value`; blanks around either mean nothing.
 *
 * @example searchTemplate('busy', ['queue : mail']) // { id: 'busy', params: { queue: 'mail' } }
 */
export function searchTemplate(id: string, parameters: readonly string[]): SearchTemplate {
  const pairs = parameters.flatMap((parameter): readonly (readonly [string, string])[] => {
    const at = parameter.indexOf(':');
    return at < 0 ? [] : [[parameter.slice(0, at).trim(), parameter.slice(at + 1).trim()]];
  });
  return pairs.length === 0 ? { id } : { id, params: Object.fromEntries(pairs) };
}
