import type { CollectionView, DocumentState, DocumentView } from '../../contract/document.ts';
import type { IndexScope } from '../index/passage-index.ts';

/** A document's bytes, ready to be taken in. */
export interface Submission extends IndexScope {
  /** As `normalizeSource` makes it: with tenant and collection, what a document is known by. */
  readonly source: string;
  /** Guessed from the name; the parser knows better later. */
  readonly mediaType: string;
  /** sha-256 of the bytes, hex. */
  readonly version: string;
  readonly bytes: number;
  /** The folder it was found in; null for uploads. A folder's sync removes only documents of that folder. */
  readonly origin: string | null;
}

/** `retried`: unchanged bytes that had failed before. `unchanged`: nothing was done. */
export type SubmitOutcome = 'new' | 'changed' | 'retried' | 'unchanged';

/** What the catalogue knows of a source without reading anything else. */
export interface KnownSource {
  readonly documentId: string;
  readonly source: string;
  /** The version that was submitted last; the searchable one may still be older. */
  readonly wantedVersion: string;
  readonly state: DocumentState;
  readonly origin: string | null;
}

/** A job that this process may work on until `untilMs`. */
export interface Lease extends IndexScope {
  readonly token: string;
  readonly kind: 'ingest' | 'remove';
  readonly documentId: string;
  readonly source: string;
  readonly version: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly untilMs: number;
}

/** `superseded`: other bytes were submitted meanwhile. `removed`: the document was deleted. `lost`: someone else has the job. */
export type LeaseState = 'held' | 'superseded' | 'removed' | 'lost';

export interface IngestedDocument {
  readonly title: string;
  readonly mediaType: string;
  readonly chunks: number;
  readonly pages: number | null;
}

/** Leases a job may be tried under before it counts as failed. */
export const maxAttempts = 3;

/**
 * Which documents there are, and the queue of work on them. Several processes use it at once; every method is one
 * transaction. Whatever it has answered survives a power cut.
 */
export interface DocumentCatalogue extends AsyncDisposable {
  readonly name: string;
  /**
   * Notes the document and its job in one step. Unchanged bytes of a known source do nothing; other bytes keep the
   * document's id, and the version before stays searchable until the new one is.
   * @param place gives the bytes their final name; called under the write lock, so that no deletion can come between.
   */
  submit(
    submission: Submission,
    place: () => void,
  ): Promise<{ readonly document: DocumentView; readonly outcome: SubmitOutcome }>;
  /** Newest change first. Without a collection, all of the tenant. */
  list(tenant: string, collection?: string): Promise<readonly DocumentView[]>;
  /** Null for an unknown id and for another tenant's. */
  get(tenant: string, documentId: string): Promise<DocumentView | null>;
  /** Which bytes to show for a document: the searchable version, else the submitted one. Null as `get`. */
  contentVersion(tenant: string, documentId: string): Promise<string | null>;
  find(scope: IndexScope, source: string): Promise<KnownSource | null>;
  /** What came from this folder, by source. */
  ofOrigin(scope: IndexScope, origin: string): Promise<readonly KnownSource[]>;
  collections(tenant: string): Promise<readonly CollectionView[]>;
  /**
   * Hides the document at once and queues its removal from the index. The caller removes it from the index and then
   * calls `forget`; if it dies before that, a worker does so.
   * @returns the document's collection; null for an unknown id and for another tenant's.
   */
  remove(tenant: string, documentId: string): Promise<IndexScope | null>;
  /**
   * Ends a removal once the index no longer holds the document: row, job, and bytes that nobody else needs go.
   * Does nothing while another process works on the document; that process ends it.
   */
  forget(documentId: string, lease?: Lease): Promise<void>;
  /** The oldest job that nobody works on; null when there is none now. Jobs tried `maxAttempts` times become failed. */
  lease(holder: string, leaseMs: number): Promise<Lease | null>;
  /** Keeps the lease for `leaseMs` from now, and notes progress (0 to 1). Anything but `held`: stop working. */
  renew(lease: Lease, leaseMs: number, progressRatio: number): Promise<LeaseState>;
  /**
   * The lease's version is searchable now.
   * @returns `lost` when the lease had ended: the document is queued again, to be compared with the index.
   * `removed`: take it out of the index and `forget` it. Else `held`.
   */
  complete(lease: Lease, ingested: IngestedDocument): Promise<LeaseState>;
  /** @param retryAfterMs null: the document has failed for good. Attempts that are used up also make it failed. */
  fail(lease: Lease, reason: string, retryAfterMs: number | null): Promise<void>;
  /** Gives the job back, untouched; the attempt does not count. */
  release(lease: Lease): Promise<void>;
  /** Jobs that wait or are being worked on, of all tenants. */
  pendingJobs(): Promise<number>;
  /** Removes these bytes unless a document needs them. */
  dropUnused(versions: readonly string[]): Promise<void>;
}
