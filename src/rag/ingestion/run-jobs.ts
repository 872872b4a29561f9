import { AppError } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { DocumentCatalogue, Lease } from './document-catalogue.ts';
import { ingestDocument, type IngestServices } from './ingest-document.ts';
import { defaultLeaseTimes, keepLease, type LeaseTimes } from './keep-lease.ts';

export interface JobServices extends IngestServices {
  readonly catalogue: DocumentCatalogue;
  readonly clock: Clock;
}

/** What became of a job. `stopped`: the worker was told to stop, or the work was not wanted any more. */
export type JobEvent =
  | { readonly type: 'job-started'; readonly lease: Lease }
  | { readonly type: 'job-progress'; readonly lease: Lease; readonly ratio: number }
  | {
      readonly type: 'job-ended';
      readonly lease: Lease;
      readonly outcome: 'ready' | 'removed' | 'failed' | 'retrying' | 'stopped';
      readonly chunks: number;
      readonly tookMs: number;
      readonly error: AppError | null;
    };

export interface RunJobsOptions {
  /** Who works, for people who look into the catalogue. */
  readonly holder: string;
  /** Finishes nothing new and gives the job under way back. */
  readonly signal: AbortSignal;
  readonly times?: LeaseTimes;
  /** How long an empty queue is watched before this ends. Unit: ms; 0 ends at once. @defaultValue 0 */
  readonly idleMs?: number;
  readonly onEvent?: (event: JobEvent) => void;
}

/** How often a queue without a free job is looked at. */
const pollMs = 250;
/** What a chunk of Chinese, whose words cost most to find, needs on a busy machine, twice over. The switch blocks the process that makes it. */
const switchMsPerChunk = 15;

/** Waits between tries: 2 s, then 8 s. */
const retryAfterMs = (attempt: number): number => 2_000 * attempt * attempt;

type Ended = Omit<Extract<JobEvent, { type: 'job-ended' }>, 'type' | 'lease' | 'tookMs'>;

/** Takes a removed document out of the index, then forgets it. */
async function endRemoval({ index, catalogue }: JobServices, lease: Lease): Promise<Ended> {
  await index.removeDocument(lease, lease.documentId);
  await catalogue.forget(lease.documentId, lease);
  return { outcome: 'removed', chunks: 0, error: null };
}

async function handleError(
  services: JobServices,
  lease: Lease,
  thrown: unknown,
  workerStops: boolean,
): Promise<Ended> {
  const { catalogue } = services;
  if (workerStops) {
    await catalogue.release(lease);
    return { outcome: 'stopped', chunks: 0, error: null };
  }
  const error = AppError.from(thrown);
  const mayPass = error.retryable || error.code === 'internal' || error.code === 'cancelled';
  const reason = error.message.includes(lease.source) ? error.message : `${lease.source}: ${error.message}`;
  await catalogue.fail(lease, reason, mayPass ? retryAfterMs(lease.attempt) : null);
  const [now] = mayPass ? [await catalogue.get(lease.tenant, lease.documentId)] : [null];
  return { outcome: now?.state === 'queued' ? 'retrying' : 'failed', chunks: 0, error };
}

async function runIngest(services: JobServices, lease: Lease, options: RunJobsOptions): Promise<Ended> {
  const { catalogue, clock } = services;
  const keeper = keepLease(catalogue, lease, clock, options.times ?? defaultLeaseTimes, options.signal);
  try {
    const ingested = await ingestDocument(services, lease, {
      signal: keeper.signal,
      onProgress: (ratio) => {
        keeper.progress(ratio);
        options.onEvent?.({ type: 'job-progress', lease, ratio });
      },
      beforeSwitch: (chunks) => keeper.confirm(chunks * switchMsPerChunk),
    });
    keeper.stop();
    const state = await catalogue.complete(lease, ingested);
    if (state === 'removed') return await endRemoval(services, lease);
    return { outcome: state === 'lost' ? 'stopped' : 'ready', chunks: ingested.chunks, error: null };
  } catch (error) {
    keeper.stop();
    switch (keeper.state()) {
      case 'removed':
        return await endRemoval(services, lease);
      case 'superseded':
        await catalogue.release(lease);
        return { outcome: 'stopped', chunks: 0, error: null };
      case 'lost':
        return { outcome: 'stopped', chunks: 0, error: null };
      case 'held':
        return await handleError(services, lease, error, options.signal.aborted);
    }
  }
}

/** Does one leased job to its end, whatever that is. */
export async function runJob(services: JobServices, lease: Lease, options: RunJobsOptions): Promise<void> {
  const startedMs = services.clock.monotonic();
  options.onEvent?.({ type: 'job-started', lease });
  let ended: Ended;
  try {
    ended =
      lease.kind === 'remove' ? await endRemoval(services, lease) : await runIngest(services, lease, options);
  } catch (thrown) {
    // The catalogue or the index itself failed: the job comes back when its lease ends, at the latest.
    ended = await handleError(services, lease, thrown, options.signal.aborted);
  }
  const tookMs = services.clock.monotonic() - startedMs;
  options.onEvent?.({ type: 'job-ended', lease, tookMs, ...ended });
}

/**
 * Works until the queue is empty: no job waits, and none is with another worker, who might have died. Ends early when
 * the signal aborts; the job under way is then free at once.
 *
 * @returns how many jobs were worked on.
 */
export async function runJobs(services: JobServices, options: RunJobsOptions): Promise<number> {
  const { catalogue, clock } = services;
  const { signal, idleMs = 0, times = defaultLeaseTimes } = options;
  let jobs = 0;
  let idleSinceMs: number | null = null;
  while (!signal.aborted) {
    const lease = await catalogue.lease(options.holder, times.leaseMs);
    if (lease) {
      idleSinceMs = null;
      jobs += 1;
      await runJob(services, lease, options);
      continue;
    }
    const nowMs = clock.monotonic();
    if ((await catalogue.pendingJobs()) > 0) idleSinceMs = null;
    else {
      idleSinceMs ??= nowMs;
      if (nowMs - idleSinceMs >= idleMs) break;
    }
    await clock.sleep(pollMs, signal).catch(() => {}); // Aborted: the loop's condition ends it.
  }
  return jobs;
}
