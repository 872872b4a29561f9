import * as z from 'zod';
import { createArrivalsBuilder } from '../arrivals.ts';
import { quoted, readLines, traceError } from './read-lines.ts';
import { spread } from './spread.ts';
import type { LoadTrace } from './trace-loader.ts';

/**
 * One line of what `sluice record` writes, and of any NDJSON made by hand: `{"t": 1700000000000, "target": "docs"}`.
 */
export const RecordedArrival = z.strictObject({
  /** Milliseconds since the epoch (or since any start) of the arrival; with `overMs`, the end of the interval. */
  t: z.number(),
  /** Scale target. */
  target: z.string().min(1),
  /** How long a replica worked on it, without the wait. */
  durationMs: z.number().nonnegative().optional(),
  /** How many arrived. @defaultValue 1 */
  count: z.number().int().nonnegative().max(10_000_000).optional(),
  /** They arrived within this time before `t`. @defaultValue 0 */
  overMs: z.number().nonnegative().optional(),
});
export type RecordedArrival = z.infer<typeof RecordedArrival>;

/** The gateway's own recorded arrivals, one JSON object a line. */
export const loadTrace: LoadTrace = async (file, options) => {
  const builder = createArrivalsBuilder();
  const targets = new Set<string>();
  let lines = 0;
  await readLines(file, (line, number) => {
    if (line.trim() === '') return;
    lines += 1;
    const arrival = parse(line, file, number);
    targets.add(arrival.target);
    if (options.target !== null && arrival.target !== options.target) return;
    const { t, durationMs = null, count = 1, overMs = 0 } = arrival;
    builder.cover(t - overMs, t);
    spread(count, t - overMs, t, options.random, (atMs) => builder.add(atMs, durationMs));
  });
  if (lines === 0) throw traceError(file, 1, 'the recording is empty');
  if (builder.count === 0 && options.target !== null && !targets.has(options.target)) {
    throw traceError(
      file,
      1,
      `no arrival is for ${quoted(options.target)}; the recording knows ${[...targets].sort().join(', ')}. Choose one with --trace-target.`,
    );
  }
  return { arrivals: builder.build(), format: 'recorded arrivals', warnings: [] };
};

function parse(line: string, file: string, number: number): RecordedArrival {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw traceError(file, number, `expected a JSON object a line, received ${quoted(line)}`);
  }
  const parsed = RecordedArrival.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw traceError(
    file,
    number,
    `expected {"t": milliseconds, "target": name, "durationMs"?, "count"?, "overMs"?}; ${issue?.path.join('.') || 'object'}: ${issue?.message ?? 'not right'}`,
  );
}
