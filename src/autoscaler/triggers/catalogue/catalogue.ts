import type { ParameterTable } from '../parameters.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';
import { clouds } from './data/clouds.ts';
import { databases } from './data/databases.ts';
import { metrics } from './data/metrics.ts';
import { queues } from './data/queues.ts';
import { services } from './data/services.ts';
import { shared } from './data/shared.ts';
import { parseCatalogue } from './parse-catalogue.ts';

let entries: ReadonlyMap<string, CatalogueEntry> | null = null;

/** All trigger types of KEDA by name, in alphabetical order. Read when first asked for. */
export function catalogue(): ReadonlyMap<string, CatalogueEntry> {
  if (entries) return entries;
  const all = [queues, databases, metrics, services, clouds].flatMap((text) => parseCatalogue(text, shared));
  all.sort((a, b) => (a.type < b.type ? -1 : 1));
  entries = new Map(all.map((entry) => [entry.type, entry]));
  return entries;
}

/**
 * An entry's parameters under keys: the first name; a second parameter of the same name (another place, other rules)
 * gets a `+` behind it.
 */
export function parameterTable(entry: CatalogueEntry): ParameterTable {
  const table: Record<string, CatalogueEntry['parameters'][number]> = {};
  for (const parameter of entry.parameters) {
    const [name = ''] = parameter.names;
    table[name in table ? `${name}+` : name] = parameter;
  }
  return table;
}
