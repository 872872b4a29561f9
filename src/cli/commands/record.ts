import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { AppError } from '../../contract/app-error.ts';
import { createSseParser } from '../../rag/generation/sse.ts';
import { createArrivalRecorder } from '../../simulator/record-arrivals.ts';
import { interruptSignal } from '../interrupt.ts';

/** Flags of `sluice record`. */
export interface RecordFlags {
  /** Address of the admin listener. */
  readonly admin: string;
  /** File to append to; stdout without one. */
  readonly out?: string;
  readonly target?: string;
}

/**
 * `sluice record`: writes a running Sluice's arrivals as NDJSON until it is interrupted or the other side ends.
 * It reads `/events` of the admin listener, so it costs the request path nothing: counts to within 100 ms, no durations.
 */
export async function record(flags: RecordFlags): Promise<void> {
  const signal = interruptSignal();
  if (!URL.canParse('/events', flags.admin)) {
    throw new AppError(
      'invalid-argument',
      `--admin: expected an address such as http://127.0.0.1:8081, received "${flags.admin}".`,
      { param: 'admin' },
    );
  }
  const url = new URL('/events', flags.admin);
  const answer = await fetch(url, { signal }).catch((cause: unknown) => {
    throw new AppError(
      'unavailable',
      `There is no Sluice to record at ${url.origin}. Give the admin listener's address with --admin.`,
      { cause },
    );
  });
  if (!answer.ok || answer.body === null) {
    throw new AppError(
      'upstream-failed',
      `${url.href} answered ${answer.status}; expected the events of Sluice's admin listener.`,
    );
  }
  const out = flags.out === undefined ? process.stdout : createWriteStream(flags.out, { flags: 'a' });
  const recorder = createArrivalRecorder(flags.target ?? null);
  const parse = createSseParser();
  let arrivals = 0;
  try {
    for await (const piece of answer.body.pipeThrough(new TextDecoderStream())) {
      for (const { data, event } of parse(piece)) {
        if (event !== 'status') continue;
        for (const line of recorder.take(data)) {
          arrivals += line.count ?? 1;
          out.write(`${JSON.stringify(line)}\n`);
        }
      }
    }
  } catch (error) {
    // An interrupt is how a recording ends.
    if (!signal.aborted) throw AppError.from(error);
  } finally {
    if (flags.out !== undefined) {
      out.end();
      await finished(out);
    }
  }
  process.stderr.write(`sluice: recorded ${arrivals} arrivals\n`);
}
