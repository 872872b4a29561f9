import { parseGoDuration } from '../manifests/go-duration.ts';
import { absence } from './absence.ts';

/** Where a value may come from, in the order written in a parameter's `from`. */
export type ParameterPlace = 'triggerMetadata' | 'authParams' | 'resolvedEnv';

/** One parameter of a trigger type, as data: what KEDA's documentation and source say about it. */
export interface ParameterSpec {
  /** Accepted names, the first that has a value wins; the first is the one messages use. */
  readonly names: readonly string[];
  readonly type: ParameterType;
  readonly from: readonly ParameterPlace[];
  /** Neither optional nor with a default: mandatory. */
  readonly optional?: boolean;
  readonly default?: string;
  /** Closed list of values; of list items for lists. */
  readonly enum?: readonly string[];
  /** At most one of these may stand in a list. */
  readonly exclusiveSet?: readonly string[];
  /** Between list items. @defaultValue ',' */
  readonly separator?: string;
  /** Giving it is an error, with this text. */
  readonly deprecated?: string;
  /** Giving it is accepted, with this warning. */
  readonly deprecatedAnnounce?: string;
  /** Between the ends of a range in `ints`. */
  readonly range?: string;
}

export type ParameterType =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'float'
  | 'duration'
  | 'strings'
  | 'integers'
  | 'map'
  | 'url-values';

interface ValueOfType {
  readonly string: string;
  readonly boolean: boolean;
  readonly integer: number;
  readonly float: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly strings: readonly string[];
  readonly integers: readonly number[];
  readonly map: Readonly<Record<string, string>>;
  readonly 'url-values': Readonly<Record<string, string>>;
}

type ParameterValue<Spec extends ParameterSpec> =
  | ValueOfType[Spec['type']]
  | (Spec extends { readonly default: string }
      ? never
      : Spec extends { readonly optional: true }
        ? null
        : never);

/** Values by the key of each parameter in the table; null for an optional one that is not given. */
export type ParameterValues<Table extends ParameterTable> = {
  readonly [Key in keyof Table]: ParameterValue<Table[Key]>;
};
export type ParameterTable = Readonly<Record<string, ParameterSpec>>;

/** What a trigger was given. */
export interface ParameterSources {
  readonly triggerMetadata: Readonly<Record<string, string>>;
  readonly authParams: Readonly<Record<string, string>>;
  /** The environment of the scale target's container, for `<name>FromEnv`. */
  readonly resolvedEnv: Readonly<Record<string, string>>;
}

export interface ParsedParameters<Table extends ParameterTable> {
  /** Null when there are problems. */
  readonly values: ParameterValues<Table> | null;
  /** All of them, as sentences. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** Keys of the metadata that no parameter knows: accepted, as in KEDA, and most often a typing mistake. */
  readonly unknownKeys: readonly string[];
}

/**
 * Reads a trigger's parameters by their table. Blank equals missing, and the search goes on at the next place; every
 * problem is collected.
 */
export function parseParameters<const Table extends ParameterTable>(
  table: Table,
  sources: ParameterSources,
): ParsedParameters<Table> {
  const problems: string[] = [];
  const warnings: string[] = [];
  const values: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [key, spec] of Object.entries<ParameterSpec>(table)) {
    for (const name of spec.names) known.add(name).add(`${name}FromEnv`);
    const [name = key] = spec.names;
    const given = find(spec, sources);
    if (given !== null && spec.deprecated !== undefined) problems.push(`${name}: ${spec.deprecated}`);
    if (given !== null && spec.deprecatedAnnounce !== undefined)
      warnings.push(`${name}: ${spec.deprecatedAnnounce}`);
    const text = given ?? spec.default ?? null;
    if (text === null) {
      values[key] = null;
      if (spec.optional !== true && spec.deprecated === undefined) {
        problems.push(`${name}: expected ${placesText(spec, name)}, received ${absence(spec, sources)}`);
      }
      continue;
    }
    const parsed = parsers[spec.type](text, spec);
    if (
      typeof parsed === 'object' &&
      parsed !== null &&
      'problem' in parsed &&
      typeof parsed.problem === 'string'
    ) {
      problems.push(`${name}: ${parsed.problem}`);
    } else {
      values[key] = parsed;
      problems.push(...closedListProblems(name, spec, parsed));
    }
  }
  // `query.*` stands for `query.A`, `query.B` …
  const families = [...known].filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -1));
  const unknownKeys = Object.keys(sources.triggerMetadata).filter(
    (key) => !known.has(key) && !families.some((family) => key.startsWith(family)),
  );
  // Every key of the table has been given a value of its type, or a problem.
  const result = problems.length === 0 ? (values as ParameterValues<Table>) : null;
  return { values: result, problems, warnings, unknownKeys };
}

const or = (texts: readonly string[]): string => texts.join(', ').replace(/, (?=[^,]*$)/, ' or ');

/** Where a person writes a value. */
function placesText({ from }: ParameterSpec, name: string): string {
  // Metadata alone is where everybody looks anyway.
  if (from.length === 1 && from[0] === 'triggerMetadata') return 'a value';
  return `a value in ${or(from.map((place) => placeText(place, name)))}`;
}

function placeText(place: ParameterPlace, name: string): string {
  if (place === 'triggerMetadata') return 'metadata';
  return place === 'authParams' ? 'the TriggerAuthentication' : `${name}FromEnv`;
}

function find(spec: ParameterSpec, sources: ParameterSources): string | null {
  for (const place of spec.from) {
    for (const name of spec.names) {
      const variable = sources.triggerMetadata[`${name}FromEnv`]?.trim();
      const raw =
        place === 'resolvedEnv'
          ? variable === undefined
            ? undefined
            : sources.resolvedEnv[variable]
          : sources[place][name];
      const text = raw?.trim() ?? '';
      if (text !== '') return text;
    }
  }
  return null;
}

function closedListProblems(name: string, spec: ParameterSpec, value: unknown): string[] {
  const items = Array.isArray(value) ? value.map(String) : [String(value)];
  const problems: string[] = [];
  for (const item of items) {
    if (spec.enum && !spec.enum.includes(item)) {
      problems.push(`${name}: expected ${or(spec.enum)}, received "${item.slice(0, 80)}"`);
    }
  }
  const exclusive = items.filter((item) => spec.exclusiveSet?.includes(item));
  if (exclusive.length > 1) problems.push(`${name}: ${exclusive.join(' and ')} exclude one another`);
  return problems;
}

interface Problem {
  readonly problem: string;
}
type Parse = (text: string, spec: ParameterSpec) => unknown;

const expected = (what: string, text: string): Problem => ({
  problem: `expected ${what}, received "${text.slice(0, 80)}"`,
});
const itemsOf = (text: string, spec: ParameterSpec): string[] =>
  text.split(spec.separator ?? ',').map((item) => item.trim());

/** Go's spellings of a boolean, and no others. */
const booleans: Readonly<Record<string, boolean>> = {
  ...Object.fromEntries(['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true])),
  ...Object.fromEntries(['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false])),
};
const integerPattern = /^-?(?:0|[1-9]\d*)$/;

const parsers: Readonly<Record<ParameterType, Parse>> = {
  string: (text) => text,
  boolean: (text) => booleans[text] ?? expected('true or false', text),
  integer: (text) =>
    integerPattern.test(text) && Number.isSafeInteger(Number(text))
      ? Number(text)
      : expected('a whole number', text),
  float: (text) =>
    /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : expected('a number', text),
  duration: (text) => {
    const ms = /^[+-]?\d+$/.test(text) ? Number(text) : parseGoDuration(text);
    return ms === null || ms < 0
      ? expected('a duration such as 30s or 1m30s, or a whole number of milliseconds', text)
      : ms;
  },
  strings: itemsOf,
  integers: (text, spec) => {
    const numbers: number[] = [];
    for (const item of itemsOf(text, spec)) {
      const ends = spec.range === undefined ? [item] : item.split(spec.range).map((end) => end.trim());
      if (ends.length > 2 || !ends.every((end) => integerPattern.test(end))) {
        return expected(
          spec.range === undefined
            ? 'whole numbers such as 1,4'
            : `whole numbers and ranges such as 1${spec.range}4,8`,
          text,
        );
      }
      const [first = 0, last = first] = ends.map(Number);
      if (last - first > 100_000) return expected('ranges of at most 100000 numbers', text);
      for (let number = first; number <= last; number += 1) numbers.push(number);
    }
    return numbers;
  },
  map: (text, spec) => {
    const map: Record<string, string> = {};
    for (const item of itemsOf(text, spec)) {
      const [name = '', value, ...more] = item.split('=');
      if (name.trim() === '' || value === undefined || more.length > 0) {
        return expected('pairs such as name=value', text);
      }
      map[name.trim()] = value.trim();
    }
    return map;
  },
  'url-values': (text) =>
    /%(?![0-9a-f]{2})|;/i.test(text)
      ? expected('a query such as a=1&b=2', text)
      : Object.fromEntries(new URLSearchParams(text)),
};
