import { AppError } from '../../../contract/app-error.ts';

const label = /([A-Za-z_]\w*)\s*=\s*"((?:\\.|[^"\\])*)"/g;

/**
 * The first sample of a metric in Prometheus text whose labels include all that are given.
 *
 * @param location `name` or `name{label="value",…}`.
 * @throws AppError `upstream-failed` when there is no such sample, or its value is no number.
 */
export function prometheusSample(text: string, location: string): number {
  const wanted = seriesOf(location);
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [, name, labels = '', value] = /^([^\s{]+)\s*(?:\{(.*)\})?\s+(\S+)/.exec(trimmed) ?? [];
    if (name !== wanted.name) continue;
    const given = labelsOf(labels);
    if (![...wanted.labels].every(([key, text]) => given.get(key) === text)) continue;
    const number = Number(value);
    if (Number.isFinite(number)) return number;
    throw new AppError('upstream-failed', `${location}: expected a number, received "${value ?? ''}".`);
  }
  throw new AppError('upstream-failed', `There is no sample ${location} in the answer.`);
}

function seriesOf(location: string): { readonly name: string; readonly labels: ReadonlyMap<string, string> } {
  const [, name = location, labels = ''] = /^([^{]*)(?:\{(.*)\})?$/s.exec(location.trim()) ?? [];
  return { name: name.trim(), labels: labelsOf(labels) };
}

const labelsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(label)].map(([, key = '', value = '']) => [
      key,
      value.replace(/\\(["\\n])/g, (_whole, letter) => (letter === 'n' ? '\n' : String(letter))),
    ]),
  );
