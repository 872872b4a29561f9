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
  // A recorder that was killed leaves half a line behind; only the last may be one.
  const halves: { readonly line: string; readonly number: number }[] = [];
  await readLines(file, (line, number) => {
    if (line.trim() === '') return;
    for (const half of halves) throw notJson(file, half.number, half.line);
    const value = parseJson(line);
    if (value === undefined) {
      halves.push({ line, number });
      return;
    }
    lines += 1;
    const arrival = parse(value, file, number);
    targets.add(arrival.target);
    if (options.target !== null && arrival.target !== options.target) return;
    const { t, durationMs = null, count = 1, overMs = 0 } = arrival;
    builder.cover(t - overMs, t);
    spread(count, t - overMs, t, options.random, (atMs) => builder.add(atMs, durationMs));
  });
  const [half] = halves;
  if (lines === 0 && half) throw notJson(file, half.number, half.line);
  if (lines === 0) throw traceError(file, 1, 'the recording is empty');
  if (builder.count === 0 && options.target !== null && !targets.has(options.target)) {
    throw traceError(
      file,
      1,
      `no arrival is for ${quoted(options.target)}; the recording knows ${[...targets].sort().join(', ')}. Choose one with --trace-target.`,
    );
  }
  return {
    arrivals: builder.build(),
    format: 'recorded arrivals',
    warnings: half ? [`${file}: its last line (${half.number}) is half a line and was left out.`] : [],
  };
};

const notJson = (file: string, number: number, line: string): Error =>
  traceError(file, number, `expected a JSON object a line, received ${quoted(line)}`);

/** Undefined for what is no JSON. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function parse(value: unknown, file: string, number: number): RecordedArrival {
  const parsed = RecordedArrival.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw traceError(
    file,
    number,
    `expected {"t": milliseconds, "target": name, "durationMs"?, "count"?, "overMs"?}; ${issue?.path.join('.') || 'object'}: ${issue?.message ?? 'not right'}`,
  );
}
