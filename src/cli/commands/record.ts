import { AppError } from '../../contract/app-error.ts';
import { ScalingStatus } from '../../contract/scaling.ts';
import { systemClock, type Clock } from '../../platform/clock.ts';
import { readSse } from '../../rag/generation/sse.ts';
import { createArrivalRecorder } from '../../simulator/record-arrivals.ts';
import { adminAddress } from '../admin-address.ts';
import { remoteApi } from '../api-client.ts';
import { interruptSignal } from '../interrupt.ts';
import { fileSink, type LineSink, streamSink } from './line-sink.ts';

/** Flags of `sluice record`. */
export interface RecordFlags {
  /** Address of the admin listener; without it, as `sluice.yaml` and the environment say. */
  readonly admin?: string;
  /** File to append to; stdout without one. */
  readonly out?: string;
  readonly target?: string;
}

/**
 * `sluice record`: writes a running Sluice's arrivals as NDJSON until it is interrupted. It reads `/events` of the admin
 * listener, so it costs the request path nothing: counts to within 100 ms, no durations. When Sluice is restarted it
 * goes on with the new one.
 */
export async function record(flags: RecordFlags): Promise<void> {
  const signal = interruptSignal();
  const address = await adminAddress(flags.admin);
  await using sink = flags.out === undefined ? streamSink(process.stdout) : await fileSink('out', flags.out);
  const say = (sentence: string): void => void process.stderr.write(`sluice: ${sentence}\n`);
  const arrivals = await recordArrivals({
    address,
    target: flags.target ?? null,
    sink,
    signal,
    clock: systemClock,
    say,
  });
  say(`recorded ${arrivals} ${arrivals === 1 ? 'arrival' : 'arrivals'}`);
}

export interface RecordOptions {
  /** Of the admin listener. */
  readonly address: URL;
  /** Null records every scale target. */
  readonly target: string | null;
  readonly sink: LineSink;
  /** Ends the recording. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Told what happens, in sentences. */
  readonly say: (sentence: string) => void;
}

const againMs = 1000;

/**
 * Records until the signal aborts or nobody reads the sink any more. @returns how many arrivals were written.
 *
 * @throws AppError `unavailable` when nobody answers at first, `not-found` for a target that is not there, and what the sink throws.
 */
export async function recordArrivals(options: RecordOptions): Promise<number> {
  const { address, clock, say, sink, signal, target } = options;
  const recorder = createArrivalRecorder(target);
  let arrivals = 0;

  /** @returns whether to go on when the events end. */
  const follow = async (body: AsyncIterable<Uint8Array>): Promise<boolean> => {
    for await (const { data, event } of readSse(withoutBreak(body))) {
      if (event !== 'status') continue;
      for (const line of recorder.take(data)) {
        if (!(await sink.write(JSON.stringify(line)))) return false;
        arrivals += line.count ?? 1;
      }
    }
    return true;
  };

  let body = await openEvents(address, target, signal);
  if (body !== null)
    say(`recording the arrivals of ${target ?? 'every target'} at ${address.origin}; Ctrl-C ends it`);
  while (body !== null && (await follow(body)) && !signal.aborted) {
    say(`${address.origin} ended; waiting for it to come back`);
    body = await reopen(address, target, signal, clock);
    if (body !== null) say('recording again');
  }
  return arrivals;
}

/** The events of a Sluice; null when the signal aborted. */
async function openEvents(
  address: URL,
  target: string | null,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array> | null> {
  try {
    const api = remoteApi(address.href);
    const status = ScalingStatus.safeParse(await (await api.request('/scaling', { signal })).json());
    if (!status.success) {
      throw new AppError(
        'upstream-failed',
        `${address.origin} is not Sluice's admin listener: /scaling answers something else. Give its address with --admin.`,
      );
    }
    const names = status.data.targets.map(({ target: name }) => name);
    if (target !== null && !names.includes(target)) {
      throw new AppError(
        'not-found',
        `There is no scale target "${target}". There are: ${names.join(', ')}.`,
        {
          param: 'target',
        },
      );
    }
    return (await api.request('/events', { signal })).body;
  } catch (error) {
    if (signal.aborted) return null;
    const known = AppError.from(error);
    throw known.code === 'unavailable'
      ? new AppError(
          'unavailable',
          `There is no Sluice to record at ${address.origin}. Give the admin listener's address with --admin.`,
          { cause: error },
        )
      : known;
  }
}

/** Tries every second. */
async function reopen(
  address: URL,
  target: string | null,
  signal: AbortSignal,
  clock: Clock,
): Promise<AsyncIterable<Uint8Array> | null> {
  while (!signal.aborted) {
    try {
      await clock.sleep(againMs, signal);
      return await openEvents(address, target, signal);
    } catch {
      // Not back yet.
    }
  }
  return null;
}

/** A connection that breaks off is an end like any other: a process that is killed says no goodbye. */
async function* withoutBreak(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await pieces.next().catch(() => ({ done: true as const, value: undefined }));
      if (done === true) return;
      yield value;
    }
  } finally {
    await pieces.return?.().catch(() => undefined);
  }
}
