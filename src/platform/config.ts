import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { AppError } from '../contract/app-error.ts';
import { SluiceConfig } from '../contract/config.ts';
import { handedConfigVariable } from './handed-config.ts';

/** A configuration value that may be anything until the schema has seen it. */
type Tree = { [key: string]: unknown };

/** One key that can be set: `gateway.maxPending`, its variable and its schema. */
export interface ConfigKey {
  readonly path: readonly string[];
  /** `SLUICE_GATEWAY_MAX_PENDING` */
  readonly variable: string;
  readonly schema: z.ZodType;
}

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Already in the shape of the schema; the strongest source. */
  readonly flags?: Tree;
  /** A file that must exist. Without it `sluice.yaml` of the working directory is read if it is there. */
  readonly file?: string;
}

/** Variables that start with SLUICE_ without being configuration keys. */
const otherVariables = new Set([
  'SLUICE_CONFIG',
  handedConfigVariable,
  'SLUICE_SOCKET',
  'SLUICE_DATA',
  'SLUICE_CONFORMANCE',
  'SLUICE_REPLICA_ID',
  'SLUICE_REQUIRE_SERVICES',
  'SLUICE_API_KEY',
]);

function unwrap(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault || inner instanceof z.ZodNullable) {
    inner = inner.unwrap();
  }
  return inner;
}

/** Every leaf of the schema, in its order. */
export function configKeys(
  schema: z.ZodObject = SluiceConfig,
  path: readonly string[] = [],
): readonly ConfigKey[] {
  return Object.entries(schema.shape).flatMap(([name, value]) => {
    const here = [...path, name];
    const inner = unwrap(value);
    if (inner instanceof z.ZodObject) return configKeys(inner, here);
    const variable = `SLUICE_${here.map((part) => part.replace(/([A-Z])/g, '_$1').toUpperCase()).join('_')}`;
    return [{ path: here, variable, schema: value as z.ZodType }];
  });
}

/** Text of a variable as the kind of value its key takes; what cannot be read stays text, for the schema to refuse. */
function fromText(text: string, schema: z.ZodType): unknown {
  const inner = unwrap(schema);
  if (text === 'null' && schema.safeParse(null).success) return null;
  if (inner instanceof z.ZodNumber)
    return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (inner instanceof z.ZodBoolean) return text === 'true' ? true : text === 'false' ? false : text;
  if (inner instanceof z.ZodArray) {
    if (!text.trimStart().startsWith('[')) return text.split(',').map((item) => item.trim());
    try {
      return JSON.parse(text) as unknown;
    } catch {
      return text;
    }
  }
  return text;
}

function setAt(tree: Tree, path: readonly string[], value: unknown): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) {
    tree[head] = value;
    return;
  }
  const below = tree[head];
  const next: Tree = typeof below === 'object' && below !== null ? { ...below } : {};
  tree[head] = next;
  setAt(next, rest, value);
}

function merge(weaker: Tree, stronger: Tree): Tree {
  const merged: Tree = { ...weaker };
  for (const [key, value] of Object.entries(stronger)) {
    if (value === undefined) continue;
    const below = merged[key];
    const bothTrees = isTree(below) && isTree(value);
    merged[key] = bothTrees ? merge(below, value) : value;
  }
  return merged;
}

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function fromEnvironment(env: ConfigSources['env'], problems: string[]): Tree {
  const tree: Tree = {};
  const set = Object.keys(env).filter((name) => name.startsWith('SLUICE_') && !otherVariables.has(name));
  if (set.length === 0) return tree;
  const keys = new Map(configKeys().map((key) => [key.variable, key]));
  for (const name of set.sort()) {
    const key = keys.get(name);
    if (key) setAt(tree, key.path, fromText(env[name] ?? '', key.schema));
    else problems.push(`${name} is not a setting${suggestion(name, [...keys.keys()])}`);
  }
  return tree;
}

async function fromFile(file: string): Promise<Tree> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('invalid-argument', `The configuration file ${file} cannot be read.`, { cause });
  }
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0]?.replace(/:$/, '') : String(cause);
    throw new AppError('invalid-argument', `${file} is not valid YAML: ${reason}`, { cause });
  }
  if (value === null || value === undefined) return {};
  if (!isTree(value))
    throw new AppError('invalid-argument', `${file}: expected keys and values at the top level.`);
  return value;
}

/** Edit distance with early exit, for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, charA] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, charB] of [...b].entries()) {
      const swap = (row[j] ?? 0) + (charA === charB ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function suggestion(word: string, known: readonly string[]): string {
  const near = known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)[0];
  return near && near.far <= Math.max(2, word.length / 4) ? `; did you mean ${near.candidate}?` : '.';
}

/** What stands at a path of keys; undefined where there is nothing. */
export function valueAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (below, key) => (typeof below === 'object' && below !== null ? Reflect.get(below, key) : undefined),
    tree,
  );
}

function describeIssue(issue: z.core.$ZodIssue, tree: Tree): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const parent = configKeys().map((key) => key.path);
    const siblings = parent
      .filter((key) => key.slice(0, issue.path.length).join('.') === path)
      .map((key) => key[issue.path.length] ?? '');
    return issue.keys
      .map(
        (key) =>
          `${[path, key].filter(Boolean).join('.')} is not a setting${suggestion(key, [...new Set(siblings)])}`,
      )
      .join(' ');
  }
  const value = valueAt(tree, issue.path);
  const isSecret = value !== undefined && /^apiKeys|apiKey$/.test(path);
  // Whoever writes the key itself where its hash belongs should not find it in a log.
  const received = isSecret ? 'something else, which is not shown' : (JSON.stringify(value) ?? 'nothing');
  // zod's own words for what is wrong, without its names for kinds of error and of values.
  const expected = issue.message.replace(/^[^:]*: (?=expected )/, '').replace(/, received \w+$/, '');
  return `${path}: ${expected}, received ${received}.`;
}

/**
 * The one configuration value of a process: file, then environment, then flags.
 *
 * @throws AppError `invalid-argument` with one sentence a problem, all of them, each naming key, range and value.
 */
export async function loadConfig(sources: ConfigSources): Promise<SluiceConfig> {
  const problems: string[] = [];
  const named = sources.file ?? sources.env['SLUICE_CONFIG'];
  const file = named ?? (existsSync('sluice.yaml') ? 'sluice.yaml' : undefined);
  const written = file === undefined ? {} : await fromFile(resolve(file));
  const tree = merge(merge(written, fromEnvironment(sources.env, problems)), sources.flags ?? {});
  const parsed = SluiceConfig.safeParse(tree);
  if (!parsed.success) problems.push(...parsed.error.issues.map((issue) => describeIssue(issue, tree)));
  if (problems.length === 0 && parsed.success) return parsed.data;
  throw new AppError(
    'invalid-argument',
    `The configuration${file ? ` (${file}, SLUICE_* and flags)` : ''} is not usable:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
  );
}
