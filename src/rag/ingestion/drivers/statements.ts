import type { DatabaseSync } from 'node:sqlite';
import type { Row } from './document-row.ts';

export type Bind = string | number | null;

export interface Statements {
  readonly one: (sql: string, ...values: Bind[]) => Row | undefined;
  readonly all: (sql: string, ...values: Bind[]) => Row[];
  readonly run: (sql: string, ...values: Bind[]) => void;
}

/** @param database opens it at the first use. */
export function createStatements(database: () => DatabaseSync): Statements {
  return {
    one: (sql, ...values) =>
      database()
        .prepare(sql)
        .get(...values),
    all: (sql, ...values) =>
      database()
        .prepare(sql)
        .all(...values),
    run: (sql, ...values) => {
      database()
        .prepare(sql)
        .run(...values);
    },
  };
}
