import { AppError } from '../../contract/app-error.ts';
import { accessLogLine } from './access-log.ts';
import { quoted, readLines } from './read-lines.ts';
import type { LoadedTrace, LoadTrace, TraceOptions } from './trace-loader.ts';

const formats = {
  csv: () => import('./csv-counts.ts'),
  'access-log': () => import('./access-log.ts'),
  prometheus: () => import('./prometheus-range.ts'),
  recorded: () => import('./recorded.ts'),
} as const satisfies Record<string, () => Promise<{ readonly loadTrace: LoadTrace }>>;

export type TraceFormat = keyof typeof formats;
export const traceFormats: readonly string[] = Object.keys(formats);

/**
 * Reads a trace of any format that is known; `.gz` is unpacked.
 *
 * @param format null: tells it from the beginning of the file.
 * @throws AppError `invalid-argument` with file and line, `not-found`.
 */
export async function loadTraceFile(
  file: string,
  format: string | null,
  options: TraceOptions,
): Promise<LoadedTrace> {
  const name = format ?? (await guessFormat(file));
  if (!isFormat(name)) {
    throw new AppError(
      'invalid-argument',
      `expected a trace format out of ${traceFormats.join(', ')}, received ${quoted(name)}.`,
      { param: 'trace-format' },
    );
  }
  const { loadTrace } = await formats[name]();
  return loadTrace(file, options);
}

const isFormat = (name: string): name is TraceFormat => Object.hasOwn(formats, name);

class Enough extends Error {}

/** A log may begin with a line that is none, where it was rotated. */
const linesLookedAt = 5;

async function guessFormat(file: string): Promise<TraceFormat> {
  const begin: string[] = [];
  try {
    await readLines(file, (line) => {
      if (line.trim() !== '') begin.push(line.trim());
      if (begin.length === linesLookedAt) throw new Enough();
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  const [first = '', second = ''] = begin;
  if (first.startsWith('{') || first.startsWith('[')) {
    // An object a line is at least meant as a recording.
    const isLines = first.endsWith('}') && second.startsWith('{');
    return isLines || /^\{[^{[]*"t"\s*:/.test(first) ? 'recorded' : 'prometheus';
  }
  return begin.some((line) => accessLogLine.test(line)) ? 'access-log' : 'csv';
}
