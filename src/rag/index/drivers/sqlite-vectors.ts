import { AppError } from '../../../contract/app-error.ts';
import type { IndexDatabase, ScopeRow } from './sqlite-database.ts';
import type { ScoredRow } from './sqlite-lexical.ts';

/** The dense half of the file. The sqlite-vec extension is loaded into a connection when it first needs vectors. */
export interface IndexVectors {
  /** Must have been awaited before the others are called. */
  load(): Promise<void>;
  /** Whether the file holds vectors. */
  exist(): boolean;
  /** Makes room for vectors of this length. @throws AppError when the file holds others. */
  accept(dimensions: number): void;
  add(scope: ScopeRow, row: number, vector: Float32Array): void;
  removeDocument(document: number): void;
  /** Nearest first; score is the cosine, 1 for the same direction. */
  nearest(scope: ScopeRow, vector: Float32Array, topK: number): readonly ScoredRow[];
}

/** @param embedder name of the embedder whose vectors these are; null when none is configured. */
export function createIndexVectors(index: IndexDatabase, embedder: string | null): IndexVectors {
  let loading: Promise<void> | null = null;
  const dimensions = (): number | null => {
    const value = index.meta('dimensions');
    return value === null ? null : Number(value);
  };
  const check = (received: number): void => {
    const held = dimensions();
    if (held !== null && held !== received) {
      throw new AppError(
        'invalid-argument',
        `The index holds vectors of ${held} numbers, received one of ${received}. Use the embedder the index was made with (${index.meta('embedder')}), or ingest everything again into another data directory.`,
      );
    }
    const made = index.meta('embedder');
    if (held !== null && made !== embedder) {
      throw new AppError(
        'conflict',
        `The index was made with the embedder ${made}, this process has ${embedder ?? 'none'}: their vectors cannot be compared. Configure ${made}, or ingest everything again into another data directory.`,
      );
    }
  };
  return {
    load: () => {
      loading ??= import('sqlite-vec').then(({ load }) => {
        index.database.enableLoadExtension(true);
        try {
          load(index.database);
        } finally {
          index.database.enableLoadExtension(false);
        }
      });
      return loading;
    },
    exist: () => dimensions() !== null,
    accept: (received) => {
      check(received);
      if (dimensions() !== null) return;
      index.database.exec(
        `CREATE VIRTUAL TABLE vectors USING vec0(scope INTEGER PARTITION KEY, embedding FLOAT[${received}] distance_metric=cosine)`,
      );
      index.setMeta('dimensions', received);
      index.setMeta('embedder', embedder ?? '');
    },
    add: (scope, row, vector) => {
      // vec0 refuses integers that arrive as floating point numbers.
      index.change('INSERT INTO vectors (rowid, scope, embedding) VALUES (?, ?, ?)')(
        BigInt(row),
        BigInt(scope.id),
        bytesOf(vector),
      );
    },
    removeDocument: (document) => {
      const rows = index
        .statement('SELECT id FROM chunks WHERE document = ? AND has_vector = 1')
        .all(document);
      const remove = index.change('DELETE FROM vectors WHERE rowid = ?');
      for (const row of rows) remove(BigInt(Number(row['id'])));
    },
    nearest: (scope, vector, topK) => {
      check(vector.length);
      return index
        .statement(
          'SELECT rowid, distance FROM vectors WHERE embedding MATCH ? AND k = ? AND scope = ? ORDER BY distance',
        )
        .all(bytesOf(vector), BigInt(topK), BigInt(scope.id))
        .map((row) => ({ row: Number(row['rowid']), score: 1 - Number(row['distance']) }));
    },
  };
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}
