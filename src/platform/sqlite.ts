import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../contract/app-error.ts';

export interface DatabaseOptions {
  /** A file path, or `:memory:`. */
  readonly path: string;
  /** SQL that takes an empty database to the newest schema, one step a version, append only. */
  readonly migrations: readonly string[];
  /**
   * `full` survives a power cut with every commit, `normal` a killed process with every commit and a power cut with
   * all but the last ones. @see https://www.sqlite.org/pragma.html#pragma_synchronous
   */
  readonly durability: 'full' | 'normal';
  /** Needed to load sqlite-vec. @defaultValue false */
  readonly allowExtension?: boolean;
}

/**
 * Opens a database shared by several processes: WAL, so readers never wait; writers wait up to 10 s for each other.
 *
 * @throws AppError `conflict` when the file was made by a newer Sluice.
 */
export function openDatabase(options: DatabaseOptions): DatabaseSync {
  if (options.path !== ':memory:') mkdirSync(dirname(options.path), { recursive: true });
  const database = new DatabaseSync(options.path, { allowExtension: options.allowExtension ?? false });
  database.exec('PRAGMA busy_timeout = 10000');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(`PRAGMA synchronous = ${options.durability.toUpperCase()}`);
  database.exec('PRAGMA foreign_keys = ON');
  migrate(database, options);
  return database;
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

function migrate(database: DatabaseSync, { path, migrations }: DatabaseOptions): void {
  const newest = migrations.length;
  if (versionOf(database) === newest) return;
  inTransaction(database, () => {
    // Read again under the write lock: another process may have migrated in between.
    const version = versionOf(database);
    if (version > newest) {
      throw new AppError(
        'conflict',
        `${path} has schema version ${version}, this Sluice knows ${newest}. Use the Sluice that made it, or another data directory.`,
      );
    }
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${newest}`);
  });
}

/** Runs `work` in one write transaction: all of it is visible afterwards, or none of it when it throws. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has rolled back by itself when the disk was full; a second time would hide what happened.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Runs `work` in one read transaction: every statement in it sees the same state. */
export function inSnapshot<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN DEFERRED');
  try {
    return work();
  } finally {
    database.exec('COMMIT');
  }
}
