/**
 * Tables of the knowledge index.
 *
 * - `terms` gives every term of a scope a number and counts the chunks that hold it.
 * - `chunk_terms` holds a chunk's terms and how often each occurs: what scoring and removing read.
 * - `postings` is a contentless FTS5 table over term numbers in base 36, so that no tokenizer can split, fold or drop
 *   a token, and no scope can see another's: it only answers which chunks hold which terms.
 * - Numbers of chunks and terms are never used again (`AUTOINCREMENT`): FTS5 keeps removed rows as tombstones.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  INSERT INTO meta VALUES ('generation', 0);
  CREATE TABLE scopes (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    collection TEXT NOT NULL,
    chunks INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    UNIQUE (tenant, collection)
  );
  CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    scope INTEGER NOT NULL REFERENCES scopes (id),
    document_id TEXT NOT NULL,
    version TEXT NOT NULL,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    chunks INTEGER NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (scope, document_id)
  );
  CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (id),
    chunk_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    heading_path TEXT NOT NULL,
    text TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    page INTEGER,
    boxes TEXT NOT NULL,
    has_vector INTEGER NOT NULL
  );
  CREATE INDEX chunks_by_document ON chunks (document, position);
  CREATE TABLE chunk_terms (chunk INTEGER PRIMARY KEY, length INTEGER NOT NULL, counts BLOB NOT NULL);
  CREATE TABLE terms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scope INTEGER NOT NULL,
    term TEXT NOT NULL,
    frequency INTEGER NOT NULL,
    UNIQUE (scope, term)
  );
  CREATE VIRTUAL TABLE postings USING fts5(numbers, content='', contentless_delete=1, tokenize='ascii');
  `,
];

/** How a term number is written in `postings`. */
export function postingToken(termNumber: number): string {
  return termNumber.toString(36);
}
