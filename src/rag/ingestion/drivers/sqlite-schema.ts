/** Steps from an empty catalogue to the newest; append only. */
export const catalogueMigrations: readonly string[] = [
  `CREATE TABLE documents (
     id TEXT PRIMARY KEY,
     tenant TEXT NOT NULL,
     collection TEXT NOT NULL,
     source TEXT NOT NULL,
     title TEXT NOT NULL,
     media_type TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     wanted TEXT NOT NULL,
     version TEXT,
     state TEXT NOT NULL,
     progress REAL NOT NULL DEFAULT 0,
     chunks INTEGER NOT NULL DEFAULT 0,
     pages INTEGER,
     error TEXT,
     origin TEXT,
     removed_ms INTEGER,
     created_ms INTEGER NOT NULL,
     updated_ms INTEGER NOT NULL
   ) STRICT;
   -- A removed document keeps its row until the index has let go of it; its name is free at once.
   CREATE UNIQUE INDEX documents_by_source ON documents (tenant, collection, source) WHERE removed_ms IS NULL;
   CREATE INDEX documents_by_wanted ON documents (wanted);
   CREATE INDEX documents_by_version ON documents (version);
   CREATE TABLE jobs (
     document_id TEXT PRIMARY KEY REFERENCES documents (id),
     kind TEXT NOT NULL,
     attempts INTEGER NOT NULL DEFAULT 0,
     -- null: nobody works on it. Else the lease's token.
     token TEXT,
     holder TEXT,
     leased_version TEXT,
     -- When it may be leased: the end of the lease, or of the wait before the next try.
     available_ms INTEGER NOT NULL,
     queued_ms INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX jobs_by_age ON jobs (queued_ms);`,
];
