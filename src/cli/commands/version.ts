import { DatabaseSync } from 'node:sqlite';
import { shippedFiles } from '../up/shipped-files.ts';

/** Versions that decide how Sluice behaves. */
export function version(flags: { readonly json?: boolean }): void {
  const database = new DatabaseSync(':memory:');
  const versions = {
    sluice: shippedFiles().version,
    node: process.versions.node,
    sqlite: String(database.prepare('SELECT sqlite_version() AS version').get()?.['version']),
    icu: process.versions['icu'] ?? 'none',
  };
  database.close();
  if (flags.json) console.log(JSON.stringify(versions));
  else for (const [name, value] of Object.entries(versions)) console.log(`${name.padEnd(8)}${value}`);
}
