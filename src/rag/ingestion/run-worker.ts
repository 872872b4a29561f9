import { hostname } from 'node:os';
import { AppError } from '../../contract/app-error.ts';
import type { SluiceConfig } from '../../contract/config.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Embedder } from '../embedding/embedder.ts';
import type { PassageIndex } from '../index/passage-index.ts';
import { createDocumentReader } from './document-reader.ts';
import type { LeaseTimes } from './keep-lease.ts';
import { openIngestion } from './open-ingestion.ts';
import { runJobs, type JobEvent } from './run-jobs.ts';
import { syncFolder, type SyncServices } from './sync-folder.ts';

export interface WorkerOptions {
  readonly config: Pick<SluiceConfig, 'dataDir' | 'collection' | 'ingestion'>;
  readonly index: PassageIndex;
  readonly embedder: Embedder | null;
  readonly tenant: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Stops the worker; the job under way is free at once. */
  readonly signal: AbortSignal;
  /** Folders to put in step with the catalogue first. */
  readonly sync: readonly string[];
  /** How long an empty queue is watched. Unit: ms. */
  readonly idleMs: number;
  readonly times?: LeaseTimes;
}

/** Staged bytes older than this belong to a process that died. */
const staleStagingMs = 24 * 3600 * 1000;

function logJob(logger: Logger, event: JobEvent): void {
  if (event.type === 'job-progress') return;
  const { documentId, source, attempt, bytes, kind } = event.lease;
  if (event.type === 'job-started') {
    logger.info({ event: 'job-started', kind, documentId, source, attempt, bytes });
    return;
  }
  const { outcome, chunks, tookMs, error } = event;
  const line = { event: 'job-ended', kind, documentId, source, outcome, chunks, tookMs: Math.round(tookMs) };
  if (error) logger.warn({ ...line, error });
  else logger.info(line);
}

async function syncAll(services: SyncServices, options: WorkerOptions): Promise<void> {
  const { logger, signal, tenant, config } = options;
  for (const folder of options.sync) {
    const counts: Record<string, number> = {};
    try {
      for await (const event of syncFolder(
        services,
        { tenant, collection: config.collection },
        folder,
        signal,
      )) {
        const what = event.type === 'submitted' ? event.outcome : event.type;
        counts[what] = event.type === 'found' ? event.files : (counts[what] ?? 0) + 1;
        if (event.type === 'refused')
          logger.warn({ event: 'document-refused', source: event.source, error: event.error });
      }
      logger.info({ event: 'folder-synced', folder, ...counts });
    } catch (error) {
      // One folder that cannot be read must not keep the others from being searched.
      if (!signal.aborted) logger.error({ event: 'folder-failed', folder, error: AppError.from(error) });
    }
  }
}

/** The worker's steps: folders, then the queue to its end, then what dead processes left behind. */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { config, index, embedder, clock, logger, signal } = options;
  const { catalogue, blobs } = openIngestion(config.dataDir, clock);
  await using _catalogue = catalogue;
  const { maxDocumentBytes, maxTextCharacters, maxPages, parseTimeoutMs } = config.ingestion;
  await using reader = createDocumentReader({ clock, timeoutMs: parseTimeoutMs });

  await syncAll({ catalogue, blobs, index, maxDocumentBytes }, options);
  const jobs = await runJobs(
    { catalogue, blobs, index, embedder, reader, clock, limits: { maxTextCharacters, maxPages } },
    {
      holder: `${hostname()}:${process.pid}`,
      signal,
      idleMs: options.idleMs,
      ...(options.times ? { times: options.times } : {}),
      onEvent: (event) => logJob(logger, event),
    },
  );
  if (!signal.aborted) {
    await blobs.sweepStaging(clock.now(), staleStagingMs);
    await catalogue.dropUnused(await blobs.versions());
  }
  logger.info({ event: 'worker-ended', jobs, stopped: signal.aborted });
}
