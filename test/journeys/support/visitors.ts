import { join } from 'node:path';
import { programs } from '../../support/sluice-process.ts';

/** A folder of four of the example documents: enough to be answered from, and soon ready. */
export const visitorsFolder: string = join(programs.examples, 'visitors');

/** Flags of `sluice up` for these documents alone. */
export const visitors: readonly string[] = ['--documents', visitorsFolder];
