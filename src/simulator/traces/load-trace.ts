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

async function guessFormat(file: string): Promise<TraceFormat> {
  let first = '';
  try {
    await readLines(file, (line) => {
      first = line.trim();
      if (first !== '') throw new Enough();
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  if (first.startsWith('{') || first.startsWith('[')) {
    return /^\{[^{[]*"t"\s*:/.test(first) ? 'recorded' : 'prometheus';
  }
  return accessLogLine.test(first) ? 'access-log' : 'csv';
}
