import { AppError } from '../../contract/app-error.ts';

/**
 * A query that cannot be parsed or typed: `1:5: parse error: …`, line and column from 1, as Prometheus words it.
 * `details` holds the place: `{ position, line, column }`.
 */
export function parseError(query: string, position: number, what: string): AppError {
  const before = query.slice(0, position).split('\n');
  const line = before.length;
  const column = (before.at(-1) ?? '').length + 1;
  return new AppError('invalid-argument', `${line}:${column}: parse error: ${what}`, {
    param: 'query',
    details: { position, line, column, phase: 'parse' },
  });
}

/** A query that is well formed but cannot be answered on these series. */
export function evaluationError(what: string): AppError {
  return new AppError('invalid-argument', what, { param: 'query', details: { phase: 'evaluation' } });
}
