import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../../platform/clock.ts';
import { inTransaction, openDatabase } from '../../../platform/sqlite.ts';
import {
  maxAttempts,
  type DocumentCatalogue,
  type Lease,
  type LeaseState,
  type Submission,
} from '../document-catalogue.ts';
import { documentQueries } from './document-queries.ts';
import { documentView, leaseOf, number, text, type Row } from './document-row.ts';
import { catalogueMigrations } from './sqlite-schema.ts';
import { createStatements } from './statements.ts';

export interface SqliteCatalogueOptions {
  /** The catalogue's file, or `:memory:`. Opened at the first use. */
  readonly path: string;
  readonly clock: Clock;
  /** Removes bytes that no document needs any more; called under the write lock. */
  readonly dropBlob: (version: string) => void;
}

/** The catalogue in one SQLite file, shared by replicas, workers and the command line of one machine. */
export function createSqliteCatalogue(options: SqliteCatalogueOptions): DocumentCatalogue {
  const { clock, dropBlob } = options;
  let opened: DatabaseSync | undefined;
  const database = (): DatabaseSync =>
    (opened ??= openDatabase({ path: options.path, migrations: catalogueMigrations, durability: 'full' }));
  const statements = createStatements(database);
  const { one, run } = statements;

  const dropIfUnused = (version: string): void => {
    const user = one('SELECT 1 FROM documents WHERE wanted = ? OR version = ? LIMIT 1', version, version);
    if (!user) dropBlob(version);
  };
  /** The job of a lease that is still the caller's, with its document. */
  const held = (lease: Lease): Row | undefined =>
    one('SELECT * FROM jobs JOIN documents ON id = document_id WHERE token = ?', lease.token);
  const stateOf = (job: Row | undefined, lease: Lease): LeaseState => {
    if (!job) return 'lost';
    if (job['kind'] !== lease.kind) return 'removed';
    return job['wanted'] === lease.version ? 'held' : 'superseded';
  };
  const queue = (documentId: string, kind: 'ingest' | 'remove', nowMs: number): void =>
    // A live lease stays: its holder learns from `renew` that the work has changed, and nobody else interferes.
    run(
      `INSERT INTO jobs (document_id, kind, available_ms, queued_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (document_id) DO UPDATE SET kind = excluded.kind, attempts = 0,
         available_ms = CASE WHEN token IS NULL THEN excluded.available_ms ELSE available_ms END`,
      documentId,
      kind,
      nowMs,
      nowMs,
    );
  const unlease = (documentId: string, availableMs: number): void =>
    run(
      'UPDATE jobs SET token = NULL, holder = NULL, leased_version = NULL, available_ms = ? WHERE document_id = ?',
      availableMs,
      documentId,
    );
  const setState = (documentId: string, state: string, error: string | null): void =>
    run(
      'UPDATE documents SET state = ?, error = ?, progress = 0, updated_ms = ? WHERE id = ?',
      state,
      error,
      clock.now(),
      documentId,
    );
  const endFailed = (documentId: string, reason: string): void => {
    setState(documentId, 'failed', reason);
    run('DELETE FROM jobs WHERE document_id = ?', documentId);
  };

  const submit = (submission: Submission, place: () => void): ReturnType<DocumentCatalogue['submit']> =>
    transaction(() => {
      const nowMs = clock.now();
      const { tenant, collection, source, version, origin } = submission;
      const before = one(
        'SELECT * FROM documents WHERE tenant = ? AND collection = ? AND source = ? AND removed_ms IS NULL',
        tenant,
        collection,
        source,
      );
      const same = before?.['wanted'] === version;
      if (before && same && before['state'] !== 'failed') {
        if (before['origin'] !== origin)
          run('UPDATE documents SET origin = ? WHERE id = ?', origin, text(before, 'id'));
        return { document: documentView(before), outcome: 'unchanged' as const };
      }
      place();
      const id = before ? text(before, 'id') : `doc-${randomUUID()}`;
      if (before) {
        run(
          `UPDATE documents SET wanted = ?, bytes = ?, media_type = ?, origin = ?, state = 'queued', progress = 0,
             error = NULL, updated_ms = ? WHERE id = ?`,
          version,
          submission.bytes,
          submission.mediaType,
          origin,
          nowMs,
          id,
        );
        dropIfUnused(text(before, 'wanted'));
      } else {
        run(
          `INSERT INTO documents (id, tenant, collection, source, title, media_type, bytes, wanted, state, origin,
             created_ms, updated_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?)`,
          id,
          tenant,
          collection,
          source,
          source.slice(source.lastIndexOf('/') + 1),
          submission.mediaType,
          submission.bytes,
          version,
          origin,
          nowMs,
          nowMs,
        );
      }
      queue(id, 'ingest', nowMs);
      const row = one('SELECT * FROM documents WHERE id = ?', id) ?? {};
      return { document: documentView(row), outcome: before ? (same ? 'retried' : 'changed') : 'new' };
    });

  const transaction = async <T>(work: () => T): Promise<T> => inTransaction(database(), work);

  return {
    name: options.path === ':memory:' ? 'memory' : 'sqlite',
    submit,
    ...documentQueries(statements),
    remove: (tenant, documentId) =>
      transaction(() => {
        const row = one(
          'SELECT * FROM documents WHERE id = ? AND tenant = ? AND removed_ms IS NULL',
          documentId,
          tenant,
        );
        if (!row) return null;
        run('UPDATE documents SET removed_ms = ? WHERE id = ?', clock.now(), documentId);
        queue(documentId, 'remove', clock.now());
        return { tenant, collection: text(row, 'collection') };
      }),
    forget: (documentId, lease) =>
      transaction(() => {
        const row = one('SELECT * FROM documents WHERE id = ? AND removed_ms IS NOT NULL', documentId);
        if (!row) return;
        const job = one('SELECT * FROM jobs WHERE document_id = ?', documentId);
        const token = job?.['token'] ?? null;
        if (token !== null && token !== lease?.token) return;
        run('DELETE FROM jobs WHERE document_id = ?', documentId);
        run('DELETE FROM documents WHERE id = ?', documentId);
        for (const version of new Set([text(row, 'wanted'), text(row, 'version')]))
          if (version !== '') dropIfUnused(version);
      }),
    lease: (holder, leaseMs) =>
      transaction(() => {
        for (;;) {
          const nowMs = clock.now();
          const job = one(
            `SELECT * FROM jobs JOIN documents ON id = document_id WHERE available_ms <= ?
             ORDER BY queued_ms, jobs.rowid LIMIT 1`,
            nowMs,
          );
          if (!job) return null;
          const documentId = text(job, 'id');
          if (job['kind'] === 'ingest' && number(job, 'attempts') >= maxAttempts) {
            endFailed(
              documentId,
              `${text(job, 'source')}: reading it was begun ${maxAttempts} times and never ended, because the worker was stopped or ran out of memory. Split the document, or give the worker more memory, and upload it again.`,
            );
            continue;
          }
          const lease = leaseOf(job, randomUUID(), nowMs + leaseMs);
          run(
            `UPDATE jobs SET token = ?, holder = ?, leased_version = ?, attempts = attempts + 1, available_ms = ?
             WHERE document_id = ?`,
            lease.token,
            holder,
            lease.version,
            lease.untilMs,
            documentId,
          );
          if (lease.kind === 'ingest') setState(documentId, 'ingesting', null);
          return lease;
        }
      }),
    renew: (lease, leaseMs, progressRatio) =>
      transaction(() => {
        const job = held(lease);
        const state = stateOf(job, lease);
        if (state === 'lost') return state;
        const nowMs = clock.now();
        run('UPDATE jobs SET available_ms = ? WHERE token = ?', nowMs + leaseMs, lease.token);
        if (state === 'held' && lease.kind === 'ingest')
          run(
            'UPDATE documents SET progress = ?, updated_ms = ? WHERE id = ?',
            progressRatio,
            nowMs,
            lease.documentId,
          );
        return state;
      }),
    complete: (lease, ingested) =>
      transaction(() => {
        const job = held(lease);
        const nowMs = clock.now();
        const state = stateOf(job, lease);
        if (!job) {
          // Someone else may have switched the index to another version before us: have it compared again.
          const row = one('SELECT * FROM documents WHERE id = ?', lease.documentId);
          if (row) queue(lease.documentId, row['removed_ms'] === null ? 'ingest' : 'remove', nowMs);
          return state;
        }
        if (state === 'removed') return state;
        run(
          `UPDATE documents SET version = ?, title = ?, media_type = ?, chunks = ?, pages = ?, progress = 0,
             error = NULL, state = ?, updated_ms = ? WHERE id = ?`,
          lease.version,
          ingested.title,
          ingested.mediaType,
          ingested.chunks,
          ingested.pages,
          state === 'held' ? 'ready' : 'queued',
          nowMs,
          lease.documentId,
        );
        if (state === 'held') run('DELETE FROM jobs WHERE document_id = ?', lease.documentId);
        else unlease(lease.documentId, nowMs);
        const former = text(job, 'version');
        if (former !== '' && former !== lease.version) dropIfUnused(former);
        return 'held';
      }),
    fail: (lease, reason, retryAfterMs) =>
      transaction(() => {
        const job = held(lease);
        const state = stateOf(job, lease);
        if (!job) return;
        const nowMs = clock.now();
        if (state !== 'held') unlease(lease.documentId, nowMs);
        else if (lease.kind === 'remove' || (retryAfterMs !== null && lease.attempt < maxAttempts)) {
          unlease(lease.documentId, nowMs + (retryAfterMs ?? 0));
          if (lease.kind === 'ingest') setState(lease.documentId, 'queued', null);
        } else endFailed(lease.documentId, reason);
      }),
    release: (lease) =>
      transaction(() => {
        if (!held(lease)) return;
        run('UPDATE jobs SET attempts = max(0, attempts - 1) WHERE token = ?', lease.token);
        unlease(lease.documentId, clock.now());
        if (lease.kind === 'ingest') setState(lease.documentId, 'queued', null);
      }),
    pendingJobs: async () => number(one('SELECT count(*) AS jobs FROM jobs') ?? {}, 'jobs'),
    dropUnused: (versions) =>
      transaction(() => {
        for (const version of versions) dropIfUnused(version);
      }),
    [Symbol.asyncDispose]: async () => {
      opened?.close();
      opened = undefined;
    },
  };
}
