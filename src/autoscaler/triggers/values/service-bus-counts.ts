import { parseXml, xmlByPath, type XmlValue } from './xml-path.ts';

/** A queue or subscription of Azure Service Bus. */
export interface ServiceBusCount {
  readonly name: string;
  /** Messages that can be received now: not dead, not scheduled for later. Null when the answer does not say. */
  readonly active: number | null;
}

/**
 * What an Atom answer of Service Bus tells: one entity, or a feed of them, which is empty for an entity that does not
 * exist.
 *
 * @throws AppError `upstream-failed` when it is not well formed.
 * @see https://learn.microsoft.com/rest/api/servicebus/entities
 */
export function serviceBusCounts(answer: string): readonly ServiceBusCount[] {
  const document = parseXml(answer);
  const entry = xmlByPath(document, 'entry');
  const feed = xmlByPath(document, 'feed');
  const entries = typeof feed === 'object' ? (feed['entry'] ?? []) : [];
  return (entry === undefined ? entries : [entry]).map(countOf);
}

function countOf(entry: XmlValue): ServiceBusCount {
  const title = xmlByPath(entry, 'title');
  const details = xmlByPath(entry, 'content.*.CountDetails');
  // The prefix of its namespace varies.
  const [, counts] =
    Object.entries(typeof details === 'object' ? details : {}).find(([name]) =>
      /(?:^|:)ActiveMessageCount$/.test(name),
    ) ?? [];
  const count = counts?.[0];
  return {
    name: typeof title === 'string' ? title : textOf(title),
    active: typeof count === 'string' && /^\d+$/.test(count) ? Number(count) : null,
  };
}

const textOf = (element: XmlValue | undefined): string => {
  const text = element === undefined ? undefined : xmlByPath(element, '#text');
  return typeof text === 'string' ? text : '';
};

/** Several counts as one; the average is cut off to a whole number, and of none everything is 0. */
export function combineCounts(counts: readonly number[], operation: string): number {
  const sum = counts.reduce((total, count) => total + count, 0);
  if (operation === 'max') return Math.max(0, ...counts);
  return operation === 'avg' ? Math.trunc(sum / Math.max(1, counts.length)) : sum;
}
