import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { DocumentList, DocumentView, type DocumentView as View } from '../contract/document.ts';
import * as z from 'zod';
import { systemClock } from '../platform/clock.ts';
import { walkFolder } from '../rag/ingestion/walk-folder.ts';
import { remoteApi } from './api-client.ts';
import type { ProgressBar } from './progress-bar.ts';

const Received = z.object({ data: z.array(DocumentView) });
const pollMs = 300;

async function filesBelow(path: string): Promise<readonly { path: string; source: string }[]> {
  if ((await stat(path)).isFile()) return [{ path, source: basename(path) }];
  const files: { path: string; source: string }[] = [];
  for await (const entry of walkFolder(path)) {
    if (entry.kind === 'file') files.push({ path: entry.path, source: entry.relative });
  }
  return files;
}

/** Hands files to a running Sluice and waits until each is searchable or has failed. */
export async function uploadFiles(
  url: string,
  paths: readonly string[],
  collection: string,
  bar: ProgressBar,
  signal: AbortSignal,
): Promise<readonly View[]> {
  await using api = remoteApi(url);
  const files = (await Promise.all(paths.map(filesBelow))).flat();
  const waiting = new Set<string>();
  for (const [done, { path, source }] of files.entries()) {
    bar.update(done, files.length, `uploading ${source}`);
    const query = new URLSearchParams({ source, collection }).toString();
    const response = await api.request(`/v1/documents?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: await openAsBlob(path),
      signal,
    });
    for (const { id } of Received.parse(await response.json()).data) waiting.add(id);
  }
  const list = `/v1/documents?${new URLSearchParams({ collection }).toString()}`;
  for (;;) {
    const response = await api.request(list, { signal });
    const ours = DocumentList.parse(await response.json()).data.filter(({ id }) => waiting.has(id));
    const ended = ours.filter(({ state }) => state === 'ready' || state === 'failed');
    bar.update(ended.length, ours.length, 'ingesting');
    if (ended.length === ours.length) return ours;
    await systemClock.sleep(pollMs, signal);
  }
}
