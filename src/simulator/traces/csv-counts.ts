import { createArrivalsBuilder } from '../arrivals.ts';
import { quoted, readLines, traceError } from './read-lines.ts';
import { spread } from './spread.ts';
import type { LoadTrace } from './trace-loader.ts';
import { writtenTime } from './written-time.ts';

const timeNames = ['t', 'time', 'timestamp', 'ts', 'date'];
const countNames = ['count', 'requests', 'arrivals', 'invocations', 'value'];
/** One is enough for all: a trace of counts that says more arrivals than this is a mistake. */
const maxArrivals = 200_000_000;

interface Columns {
  readonly time: number;
  readonly count: number;
  /** Column of the duration, and the factor that makes milliseconds of it; null without one. */
  readonly duration: { readonly index: number; readonly factor: number; readonly isSum: boolean } | null;
}

/**
 * Counts per interval: `t,count[,…]`, with or without a header. `t` is the start of the interval: seconds, epoch
 * milliseconds or ISO 8601. Intervals that are left out are empty. Columns `duration_ms` or `duration` (seconds) are
 * each request's service time.
 */
export const loadTrace: LoadTrace = async (file, options) => {
  let columns: Columns | null = null;
  const times: number[] = [];
  const counts: number[] = [];
  const durations: number[] = [];
  let total = 0;
  let smallestGap = Infinity;

  const row = (line: string, number: number): void => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const cells = cellsOf(line);
    if (columns === null) {
      columns = columnsOf(cells, file, number, options.durationColumn);
      // Without a header the first row is data already.
      if (writtenTime(cells[columns.time] ?? '') === null) return;
    }
    const time = writtenTime(cells[columns.time] ?? '');
    const count = Number(cells[columns.count] === '' ? Number.NaN : cells[columns.count]);
    if (time === null) {
      const got = quoted(cells[columns.time] ?? '');
      throw traceError(
        file,
        number,
        `expected a time (seconds, epoch milliseconds or ISO 8601), received ${got}`,
      );
    }
    if (!(count >= 0) || !Number.isInteger(count)) {
      const got = quoted(cells[columns.count] ?? '');
      throw traceError(file, number, `expected a whole number of arrivals >= 0, received ${got}`);
    }
    const before = times.at(-1);
    if (before !== undefined) {
      if (time <= before) {
        throw traceError(
          file,
          number,
          `expected a later time than in the row before, received ${quoted(line)}`,
        );
      }
      smallestGap = Math.min(smallestGap, time - before);
    }
    total += count;
    if (total > maxArrivals)
      throw traceError(file, number, `more than ${maxArrivals} arrivals; use a shorter trace`);
    times.push(time);
    counts.push(count);
    if (columns.duration === null) return;
    const { index, factor, isSum } = columns.duration;
    const value = Number(cells[index] ?? Number.NaN);
    if (!(value >= 0)) {
      throw traceError(
        file,
        number,
        `expected a number >= 0 in column ${index + 1}, received ${quoted(cells[index] ?? '')}`,
      );
    }
    durations.push((value * factor) / (isSum ? Math.max(1, count) : 1));
  };
  await readLines(file, row);

  if (times.length === 0) throw traceError(file, 1, 'the trace has no rows; expected lines such as 0,3');
  const intervalMs = options.intervalMs ?? (smallestGap === Infinity ? 1000 : smallestGap);
  const builder = createArrivalsBuilder();
  for (const [index, from] of times.entries()) {
    const until = Math.min(from + intervalMs, times[index + 1] ?? Infinity);
    const duration = durations[index] ?? null;
    spread(counts[index] ?? 0, from, until, options.random, (atMs) => builder.add(atMs, duration));
  }
  builder.cover(times[0] ?? 0, (times.at(-1) ?? 0) + intervalMs);
  return {
    arrivals: builder.build(),
    format: `CSV of counts, intervals of ${intervalMs / 1000} s`,
    warnings: total === 0 ? [`${file}: all counts are 0.`] : [],
  };
};

const separator = /[,;\t]/;
/** With an even number of quotes behind it: inside quotes it is text. */
const separatorOutsideQuotes = /[,;\t](?=(?:[^"]*"[^"]*")*[^"]*$)/;

const cellsOf = (line: string): readonly string[] =>
  line
    .split(line.includes('"') ? separatorOutsideQuotes : separator)
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));

function columnsOf(
  cells: readonly string[],
  file: string,
  line: number,
  wanted: { readonly name: string; readonly msPerUnit: number } | null,
): Columns {
  const names = cells.map((cell) => cell.toLowerCase());
  const find = (accepted: readonly string[]): number => names.findIndex((name) => accepted.includes(name));
  const hasHeader = writtenTime(cells[0] ?? '') === null;
  const time = hasHeader ? find(timeNames) : 0;
  const count = hasHeader ? find(countNames) : 1;
  if (time < 0 || count < 0 || cells.length < 2) {
    throw traceError(
      file,
      line,
      `expected a header with a time (${timeNames.join(', ')}) and a count (${countNames.join(', ')}), or rows such as 0,3; received ${quoted(cells.join(','))}`,
    );
  }
  if (wanted !== null) {
    const index = names.indexOf(wanted.name.toLowerCase());
    if (index < 0)
      throw traceError(file, line, `there is no column "${wanted.name}"; there are ${cells.join(', ')}`);
    return { time, count, duration: { index, factor: wanted.msPerUnit, isSum: true } };
  }
  const inMs = names.indexOf('duration_ms');
  const inSeconds = names.indexOf('duration');
  if (hasHeader && inMs >= 0) return { time, count, duration: { index: inMs, factor: 1, isSum: false } };
  if (hasHeader && inSeconds >= 0) {
    return { time, count, duration: { index: inSeconds, factor: 1000, isSum: false } };
  }
  return { time, count, duration: null };
}
