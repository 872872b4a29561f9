import { readdirSync } from 'node:fs';
import { programs } from '../../support/sluice-process.ts';

/** How many example documents there are. */
export const exampleCount: number = readdirSync(programs.examples, {
  recursive: true,
  withFileTypes: true,
}).filter((entry) => entry.isFile()).length;
