import { createArrivalsBuilder } from '../arrivals.ts';
import { quoted, readLines, traceError } from './read-lines.ts';
import type { LoadTrace } from './trace-loader.ts';
import { accessLogTime } from './written-time.ts';

/** `host ident user [time] "request" status bytes`, then what the format adds. */
export const accessLogLine: RegExp =
  /^\S+ \S+ .*?\[(\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} [-+]\d{4})\] "(?:[^"\\]|\\.)*" (?:\d{3}|-) (?:\d+|-)(.*)$/;

/** The last field where it is a bare number: nginx' `$request_time` in seconds (`0.250`), Apache's `%D` in µs (`250000`). */
function durationOf(rest: string): number | null {
  const found = /(?:^|[\s"])(\d+(?:\.\d+)?)"?\s*$/.exec(rest);
  if (found === null) return null;
  const [, text = ''] = found;
  return text.includes('.') ? Number(text) * 1000 : Number(text) / 1000;
}

/**
 * Apache's and nginx' common and combined formats, with a service time at the end of the line where the server writes
 * one. The time is taken as the arrival; it has whole seconds, so arrivals are drawn within theirs.
 */
export const loadTrace: LoadTrace = async (file, options) => {
  const builder = createArrivalsBuilder();
  let lines = 0;
  let bad = 0;
  let firstBad: { readonly number: number; readonly line: string } | null = null;
  let first = Infinity;
  let last = -Infinity;
  await readLines(file, (line, number) => {
    if (line.trim() === '') return;
    lines += 1;
    const found = accessLogLine.exec(line);
    const atMs = found === null ? null : accessLogTime(found[1] ?? '');
    if (found === null || atMs === null) {
      bad += 1;
      firstBad ??= { number, line };
      return;
    }
    first = Math.min(first, atMs);
    last = Math.max(last, atMs);
    builder.add(atMs + options.random() * 1000, durationOf(found[2] ?? ''));
  });
  const broken = firstBad as { readonly number: number; readonly line: string } | null;
  // A log that was rotated in the middle of a line is still a log; another format is not.
  if (broken !== null && (bad === lines || bad > Math.max(1, lines / 100))) {
    throw traceError(
      file,
      broken.number,
      `expected a line of the common or combined log format (host - user [10/Oct/2025:13:55:36 +0000] "GET / HTTP/1.1" 200 12), received ${quoted(broken.line)}; ${bad} of ${lines} lines are like that`,
    );
  }
  if (lines === 0) throw traceError(file, 1, 'the log is empty');
  builder.cover(first, last + 1000);
  return {
    arrivals: builder.build(),
    format: 'access log',
    warnings:
      bad === 0
        ? []
        : [
            `${file}: ${bad} of ${lines} lines are no log lines and were left out (first: ${broken?.number ?? 0}).`,
          ],
  };
};
