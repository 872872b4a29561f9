import type { SQLOutputValue } from 'node:sqlite';
import { DocumentState, type DocumentView } from '../../../contract/document.ts';
import type { KnownSource, Lease } from '../document-catalogue.ts';

export type Row = Readonly<Record<string, SQLOutputValue>>;

const textOrNull = (value: SQLOutputValue | undefined): string | null =>
  typeof value === 'string' ? value : null;
const numberOrNull = (value: SQLOutputValue | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);

/** A column that is never null. */
export const text = (row: Row, column: string): string => textOrNull(row[column]) ?? '';
export const number = (row: Row, column: string): number => Number(row[column] ?? 0);

export function documentView(row: Row): DocumentView {
  const state = DocumentState.parse(row['state']);
  return {
    id: text(row, 'id'),
    collection: text(row, 'collection'),
    source: text(row, 'source'),
    title: text(row, 'title'),
    mediaType: text(row, 'media_type'),
    bytes: number(row, 'bytes'),
    version: textOrNull(row['version']),
    state,
    progressRatio: state === 'ready' ? 1 : number(row, 'progress'),
    chunks: number(row, 'chunks'),
    pages: numberOrNull(row['pages']),
    error: textOrNull(row['error']),
    createdAtMs: number(row, 'created_ms'),
    updatedAtMs: number(row, 'updated_ms'),
  };
}

export function knownSource(row: Row): KnownSource {
  return {
    documentId: text(row, 'id'),
    source: text(row, 'source'),
    wantedVersion: text(row, 'wanted'),
    state: DocumentState.parse(row['state']),
    origin: textOrNull(row['origin']),
  };
}

/** @param row a job joined with its document. */
export function leaseOf(row: Row, token: string, untilMs: number): Lease {
  return {
    token,
    kind: row['kind'] === 'remove' ? 'remove' : 'ingest',
    documentId: text(row, 'id'),
    tenant: text(row, 'tenant'),
    collection: text(row, 'collection'),
    source: text(row, 'source'),
    version: text(row, 'wanted'),
    mediaType: text(row, 'media_type'),
    bytes: number(row, 'bytes'),
    attempt: number(row, 'attempts') + 1,
    untilMs,
  };
}
