import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { catalogueConformance } from '../conformance.ts';
import { createMemoryCatalogue } from './memory.ts';
import { createSqliteCatalogue } from './sqlite.ts';

const directory = mkdtempSync(join(tmpdir(), 'sluice-catalogue-'));
after(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;

catalogueConformance('memory', async ({ clock, dropped }) =>
  createMemoryCatalogue({ clock, dropBlob: (version) => dropped.push(version) }),
);
catalogueConformance('sqlite', async ({ clock, dropped }) => {
  files += 1;
  const path = join(directory, `${files}.sqlite`);
  return createSqliteCatalogue({ path, clock, dropBlob: (version) => dropped.push(version) });
});
