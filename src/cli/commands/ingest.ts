import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../contract/app-error.ts';
import type { DocumentView } from '../../contract/document.ts';
import { localPrincipal } from '../../contract/principal.ts';
import { systemClock } from '../../platform/clock.ts';
import { createLogger, silentLogger } from '../../platform/logger.ts';
import { createConfiguredEmbedder } from '../../rag/embedding/configured-embedder.ts';
import { createSqliteIndex } from '../../rag/index/drivers/sqlite.ts';
import { createDocumentReader } from '../../rag/ingestion/document-reader.ts';
import { openIngestion } from '../../rag/ingestion/open-ingestion.ts';
import { runJobs } from '../../rag/ingestion/run-jobs.ts';
import { syncFolder } from '../../rag/ingestion/sync-folder.ts';
import { exitCodes } from '../exit-codes.ts';
import { interruptSignal } from '../interrupt.ts';
import { plainText } from '../plain-text.ts';
import { createProgressBar, terminalOutput, type ProgressBar } from '../progress-bar.ts';
import { readConfig, type ConfigFlags } from '../read-config.ts';
import { uploadFiles } from '../upload-files.ts';

export interface IngestFlags extends ConfigFlags {
  readonly collection: string;
  readonly url?: string;
  readonly json?: boolean;
}

/** What happened, counted for the last line. */
interface Outcome {
  readonly counts: Map<string, number>;
  readonly failures: { readonly source: string; readonly error: string }[];
}

const count = ({ counts }: Outcome, what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);

/** `sluice ingest`: puts folders and files into the index and waits until they are searchable. */
export async function ingest(paths: readonly string[], flags: IngestFlags): Promise<void> {
  const signal = interruptSignal();
  const bar = createProgressBar(terminalOutput());
  for (const path of paths) {
    await stat(path).catch((cause: unknown) => {
      throw new AppError('invalid-argument', `There is no file or folder ${path}.`, { cause });
    });
  }
  const outcome: Outcome = { counts: new Map(), failures: [] };
  const documents = flags.url
    ? await uploadFiles(flags.url, paths, flags.collection, bar, signal)
    : await ingestHere(paths, flags, bar, outcome, signal);
  bar.clear();
  report(documents, outcome, flags.json ?? false);
}

async function ingestHere(
  paths: readonly string[],
  flags: IngestFlags,
  bar: ProgressBar,
  outcome: Outcome,
  signal: AbortSignal,
): Promise<readonly DocumentView[]> {
  const config = await readConfig(flags);
  const clock = systemClock;
  const logger =
    config.logLevel === 'debug'
      ? createLogger({ level: 'debug', write: (line) => process.stderr.write(line), now: () => clock.now() })
      : silentLogger;
  const { catalogue, blobs } = openIngestion(config.dataDir, clock);
  await using _catalogue = catalogue;
  await using embedder = await createConfiguredEmbedder(config.embedder, clock);
  await using index = createSqliteIndex({
    path: join(config.dataDir, 'knowledge.sqlite'),
    embedder: embedder?.name ?? null,
  });
  const { maxDocumentBytes, maxTextCharacters, maxPages, parseTimeoutMs } = config.ingestion;
  await using reader = createDocumentReader({ clock, timeoutMs: parseTimeoutMs });
  const scope = { tenant: localPrincipal.tenant, collection: flags.collection };

  for (const path of paths) {
    let files = 0;
    let seen = 0;
    for await (const event of syncFolder(
      { catalogue, blobs, index, maxDocumentBytes },
      scope,
      resolve(path),
      signal,
    )) {
      if (event.type === 'found') files = event.files;
      else {
        seen += 1;
        bar.update(seen, Math.max(files, seen), event.source);
        count(outcome, event.type === 'submitted' ? event.outcome : event.type);
        if (event.type === 'refused')
          outcome.failures.push({ source: event.source, error: event.error.message });
      }
    }
  }

  const total = await catalogue.pendingJobs();
  let done = 0;
  await runJobs(
    { catalogue, blobs, index, embedder, reader, clock, limits: { maxTextCharacters, maxPages } },
    {
      holder: `ingest:${process.pid}`,
      signal,
      onEvent: (event) => {
        if (event.type === 'job-ended') {
          done += 1;
          if (event.outcome === 'failed') {
            outcome.failures.push({ source: event.lease.source, error: event.error?.message ?? 'unknown' });
          }
          logger.debug({ event: 'job-ended', source: event.lease.source, outcome: event.outcome });
        }
        bar.update(done, Math.max(total, done), event.lease.source);
      },
    },
  );
  signal.throwIfAborted();
  return catalogue.list(scope.tenant, scope.collection);
}

function report(documents: readonly DocumentView[], { counts, failures }: Outcome, json: boolean): void {
  const failed = new Map(failures.map(({ source, error }) => [source, error]));
  for (const { source, state, error } of documents)
    if (state === 'failed') failed.set(source, error ?? 'unknown');
  const ready = documents.filter(({ state }) => state === 'ready').length;
  if (failed.size > 0) process.exitCode = exitCodes.partial;
  if (json) {
    console.log(
      JSON.stringify({ documents, failures: Object.fromEntries(failed), ...Object.fromEntries(counts) }),
    );
    return;
  }
  const did = ['new', 'changed', 'retried', 'unchanged', 'removed', 'skipped', 'refused']
    .filter((what) => counts.has(what))
    .map((what) => `${counts.get(what)} ${what}`);
  const chunks = documents.reduce((sum, document) => sum + document.chunks, 0);
  console.log(`${did.join(', ') || 'done'}; ${ready} documents searchable, ${chunks} chunks`);
  for (const [source, error] of failed)
    console.error(plainText(`failed: ${error.includes(source) ? error : `${source}: ${error}`}`));
}
