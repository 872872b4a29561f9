import { useEffect, useRef, useState } from 'preact/hooks';
import type { DocumentView } from '../../src/contract/document.ts';
import type { Api } from '../api/api.ts';
import { isUnderway, readDocuments } from './read-documents.ts';
import { uploadFile } from './upload-file.ts';

/** A file on its way to the server, or refused by it. */
export interface Upload {
  readonly key: number;
  readonly name: string;
  readonly bytes: number;
  readonly progressRatio: number;
  readonly error: unknown;
}

export interface Documents {
  /** Null until they have been read. */
  readonly list: readonly DocumentView[] | null;
  readonly uploads: readonly Upload[];
  readonly error: unknown;
  refresh(): Promise<void>;
  add(files: readonly File[]): Promise<void>;
  dismiss(key: number): void;
  remove(id: string): Promise<void>;
}

/** While a document is being read, its state is asked for this often. Not otherwise: each question wakes a replica. */
const pollMs = 1000;

export function useDocuments(api: Api): Documents {
  const [list, setList] = useState<readonly DocumentView[] | null>(null);
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const [error, setError] = useState<unknown>(null);
  const count = useRef(0);

  const attempt = async (run: () => Promise<void>): Promise<void> => {
    try {
      await run();
      setError(null);
    } catch (caught) {
      setError(caught);
    }
  };
  const refresh = (): Promise<void> =>
    attempt(async () => setList(readDocuments(await api.json('/v1/documents'))));

  useEffect(() => void refresh(), []);
  useEffect(() => {
    if (!list?.some(isUnderway)) return undefined;
    const timer = window.setTimeout(() => void refresh(), pollMs);
    return () => window.clearTimeout(timer);
  }, [list, error]);

  const change = (key: number, part: Partial<Upload>): void =>
    setUploads((known) => known.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const dismiss = (key: number): void => setUploads((known) => known.filter((one) => one.key !== key));

  const add = async (files: readonly File[]): Promise<void> => {
    const begun = files.map((file) => {
      count.current += 1;
      return { file, key: count.current };
    });
    setUploads((known) => [
      ...begun.map(({ file, key }) => ({
        key,
        name: file.name,
        bytes: file.size,
        progressRatio: 0,
        error: null,
      })),
      ...known,
    ]);
    // One after the other: a replica has few slots, and progress of one file is easier to read than of forty.
    for (const { file, key } of begun) {
      try {
        await uploadFile(api, file, (progressRatio) => change(key, { progressRatio }));
        dismiss(key);
      } catch (caught) {
        change(key, { error: caught });
      }
      await refresh();
    }
  };
  const remove = (id: string): Promise<void> =>
    attempt(async () => {
      await api.fetch(`/v1/documents/${encodeURIComponent(id)}`, { method: 'DELETE' });
      setList((known) => known?.filter((one) => one.id !== id) ?? null);
    });
  return { list, uploads, error, refresh, add, dismiss, remove };
}
