import { AppError } from '../../contract/app-error.ts';

/** Line and column, both from 1, of a position in a query. */
export function placeOf(query: string, position: number): { readonly line: number; readonly column: number } {
  const before = query.slice(0, position).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/**
 * A query that cannot be parsed or typed: `1:5: parse error: …`, line and column from 1, as Prometheus words it.
 * `details` holds the place: `{ position, line, column }`.
 */
export function parseError(query: string, position: number, what: string): AppError {
  const { line, column } = placeOf(query, position);
  return new AppError('invalid-argument', `${line}:${column}: parse error: ${what}`, {
    param: 'query',
    details: { position, line, column, phase: 'parse' },
  });
}

/** A parameter of a query that is missing or cannot be read, in Prometheus' words. */
export function parameterError(param: string, what: string): AppError {
  return new AppError('invalid-argument', `invalid parameter "${param}": ${what}`, {
    param,
    details: { phase: 'parameter' },
  });
}

/** A query that is well formed but cannot be answered on these series. */
export function evaluationError(what: string): AppError {
  return new AppError('invalid-argument', what, { param: 'query', details: { phase: 'evaluation' } });
}
