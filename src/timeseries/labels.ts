import { AppError } from '../contract/app-error.ts';

/**
 * The labels of a series: names and values in turn, sorted by name (`['__name__', 'up', 'job', 'sluice']`).
 * One flat array is the smallest form that keeps an order, and any label name (`__proto__` too) is only data in it.
 * An empty value means the label is not there, as in Prometheus.
 */
export type LabelSet = readonly string[];

/** The label that holds the metric's name. */
export const metricNameLabel = '__name__';

/** @throws AppError `invalid-argument` on a value with a NUL character, which {@link labelsKey} separates with. */
export function labelSet(entries: Iterable<readonly [string, string]>): LabelSet {
  const kept: (readonly [string, string])[] = [];
  for (const entry of entries) {
    if (entry[1] === '') continue;
    if (entry[1].includes('\0')) {
      throw new AppError('invalid-argument', `The label ${entry[0]} has a NUL character in its value.`);
    }
    kept.push(entry);
  }
  kept.sort((a, b) => compareText(a[0], b[0]));
  return kept.flat();
}

/** The order of code units, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One string per distinct label set. */
export function labelsKey(labels: LabelSet): string {
  return labels.join('\0');
}

/** The value of a label, `''` when it is not there. */
export function labelValue(labels: LabelSet, name: string): string {
  for (let index = 0; index < labels.length; index += 2) {
    if (labels[index] === name) return labels[index + 1] ?? '';
  }
  return '';
}

export function labelEntries(labels: LabelSet): [string, string][] {
  const entries: [string, string][] = [];
  for (let index = 0; index < labels.length; index += 2) {
    entries.push([labels[index] ?? '', labels[index + 1] ?? '']);
  }
  return entries;
}

/** Sets one label, or removes it when `value` is empty. */
export function withLabel(labels: LabelSet, name: string, value: string): LabelSet {
  const entries = labelEntries(labels).filter(([other]) => other !== name);
  return labelSet([...entries, [name, value]]);
}

export function withoutLabels(labels: LabelSet, names: readonly string[]): LabelSet {
  return labelEntries(labels)
    .filter(([name]) => !names.includes(name))
    .flat();
}

export function onlyLabels(labels: LabelSet, names: readonly string[]): LabelSet {
  return labelEntries(labels)
    .filter(([name]) => names.includes(name))
    .flat();
}

/** As Prometheus writes a series in messages: `up{job="sluice"}`. */
export function labelsText(labels: LabelSet): string {
  const rest = labelEntries(labels)
    .filter(([name]) => name !== metricNameLabel)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const name = labelValue(labels, metricNameLabel);
  return name !== '' && rest.length === 0 ? name : `${name}{${rest.join(', ')}}`;
}
