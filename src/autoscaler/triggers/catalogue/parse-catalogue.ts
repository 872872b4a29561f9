import type { ParameterPlace, ParameterSpec, ParameterType } from '../parameters.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';

// The notation, one parameter a line:
//   # redis name=redis-{listName} target=listLength activation=activationListLength     begins a trigger type
//   listLength integer m default=5            name, type, places in order (m metadata, a authentication, e environment)
//   host|hosts strings! mea                   aliases; `!` = mandatory
//   use client-tls                            the lines of that group
// Attributes: default= enum=a|b exclusive=a|b separator= range= , and to the end of the line removed= announced=

const places: Readonly<Record<string, ParameterPlace>> = {
  m: 'triggerMetadata',
  a: 'authParams',
  e: 'resolvedEnv',
};

const parameterTypes: ReadonlySet<string> = new Set<ParameterType>([
  'string',
  'boolean',
  'integer',
  'float',
  'duration',
  'strings',
  'integers',
  'map',
  'url-values',
]);
const isParameterType = (text: string): text is ParameterType => parameterTypes.has(text);

/** Groups of lines by their heading, without blank lines. */
export function parseGroups(text: string): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('# ')) groups.set(line.slice(2), (lines = []));
    else if (line.trim() !== '') lines.push(line);
  }
  return groups;
}

/** @throws Error naming the line: the text is our own, and a test reads all of it. */
export function parseCatalogue(text: string, shared: string): readonly CatalogueEntry[] {
  const groups = parseGroups(shared);
  return [...parseGroups(text)].map(([heading, lines]) => {
    const [type = '', ...rest] = heading.split(' ');
    const { activation, name, target } = attributesOf(rest);
    if (name === undefined || target === undefined || activation === undefined)
      throw new Error(`heading: ${heading}`);
    const all = lines.flatMap((line) =>
      line.startsWith('use ') ? (groups.get(line.slice(4)) ?? []) : [line],
    );
    return {
      type,
      metricName: name,
      target,
      activation: activation === '-' ? null : activation,
      parameters: all.map(parseParameter),
    };
  });
}

const attributesOf = (words: readonly string[]): Record<string, string | undefined> =>
  Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );

function parseParameter(line: string): ParameterSpec {
  const [, body = '', lastKey, lastText = ''] = /^(.*?)(?: (removed|announced)=(.*))?$/.exec(line) ?? [];
  const [names = '', written = '', from = '', ...rest] = body.split(' ');
  const type = written.replace('!', '');
  const attributes = attributesOf(rest);
  if (!isParameterType(type)) throw new Error(`parameter: ${line}`);
  return {
    names: names.split('|'),
    type,
    from: [...from].flatMap((letter) => places[letter] ?? []),
    ...(written.endsWith('!') ? {} : { optional: true }),
    ...(attributes['default'] === undefined ? {} : { default: attributes['default'] }),
    ...(attributes['enum'] === undefined ? {} : { enum: attributes['enum'].split('|') }),
    ...(attributes['exclusive'] === undefined ? {} : { exclusiveSet: attributes['exclusive'].split('|') }),
    ...(attributes['separator'] === undefined ? {} : { separator: attributes['separator'] }),
    ...(attributes['range'] === undefined ? {} : { range: attributes['range'] }),
    ...(lastKey === 'removed' ? { deprecated: `KEDA no longer takes it; use ${lastText}` } : {}),
    ...(lastKey === 'announced' ? { deprecatedAnnounce: lastText } : {}),
  };
}
