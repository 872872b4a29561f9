import type { Arrivals } from '../arrivals.ts';
import type { Random } from '../random.ts';

/** How a trace is to be understood where it does not say so itself. */
export interface TraceOptions {
  /** Draws the times of arrivals of which only the interval is known. */
  readonly random: Random;
  /** Keeps only these arrivals of a recorded trace; null keeps all. */
  readonly target: string | null;
  /** Length of an interval of counts; null: the smallest distance between two rows. */
  readonly intervalMs: number | null;
  /** A CSV column whose sum over an interval is shared by its requests, and what one unit of it takes. */
  readonly durationColumn: { readonly name: string; readonly msPerUnit: number } | null;
  /** Whether Prometheus values count up or are requests per second; null: looks at them. */
  readonly values: 'counter' | 'rate' | null;
}

/** What was read. */
export interface LoadedTrace {
  readonly arrivals: Arrivals;
  /** In words: `CSV of counts, 1 s intervals`. */
  readonly format: string;
  readonly warnings: readonly string[];
}

/** Reads one format. @throws AppError `invalid-argument` with `file:line:` and what was expected. */
export type LoadTrace = (file: string, options: TraceOptions) => Promise<LoadedTrace>;
