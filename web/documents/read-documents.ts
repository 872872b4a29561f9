import type { DocumentView } from '../../src/contract/document.ts';
import { isObject, listOf } from '../api/narrow.ts';

const states: readonly unknown[] = ['queued', 'ingesting', 'ready', 'failed'];

const isDocument = (value: unknown): value is DocumentView =>
  isObject(value) &&
  typeof value['id'] === 'string' &&
  typeof value['source'] === 'string' &&
  states.includes(value['state']);

/** The documents of `GET /v1/documents`; what is not one is left out. */
export function readDocuments(json: unknown): readonly DocumentView[] {
  return isObject(json) ? listOf(json['data']).filter(isDocument) : [];
}

/** Whether a document will change by itself, so that it is worth asking again. */
export const isUnderway = ({ state }: DocumentView): boolean => state === 'queued' || state === 'ingesting';
