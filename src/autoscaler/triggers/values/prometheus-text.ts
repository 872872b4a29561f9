import { AppError } from '../../../contract/app-error.ts';

const label = /([A-Za-z_]\w*)\s*(?:=~|!~|!=|=)\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)')/g;
/** A selector of PromQL. KEDA takes each of its operators for an equals sign. */
const selector = new RegExp(
  `^([A-Za-z_:][\\w:]*)\\s*(?:\\{\\s*((?:${label.source}\\s*(?:,\\s*|(?=\\})))*)\\})?$`,
);

/**
 * The first sample of a metric in Prometheus text whose labels include all that are given.
 *
 * @param location `name` or `name{label="value",…}`.
 * @throws AppError `invalid-argument` for another location; `upstream-failed` when there is no such sample, or its value
 * is no number.
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
  const [whole, name = '', labels = ''] = selector.exec(location.trim()) ?? [];
  if (whole === undefined) {
    throw new AppError(
      'invalid-argument',
      `valueLocation: expected a metric such as name{label="value"}, received "${location.slice(0, 80)}".`,
    );
  }
  return { name, labels: labelsOf(labels) };
}

const labelsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(label)].map(([, key = '', double, single]) => [
      key,
      (double ?? single ?? '').replace(/\\(["'\\n])/g, (_whole, letter) =>
        letter === 'n' ? '\n' : String(letter),
      ),
    ]),
  );
