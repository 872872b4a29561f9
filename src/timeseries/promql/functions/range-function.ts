import type { PromqlSemantics } from '../context.ts';

/** What a function of a range vector sees of one series. Only the first `length` samples count; at least one is there. */
export interface RangeInput {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly length: number;
  /** The range, in milliseconds. */
  readonly startMs: number;
  readonly endMs: number;
  /** The evaluation time, not shifted by offset or @. */
  readonly tMs: number;
  /** The scalar arguments in order. */
  readonly params: readonly number[];
  readonly semantics: PromqlSemantics;
}

/** One number of one series, or null for no result. */
export interface RangeFunction {
  readonly keepsName: boolean;
  readonly apply: (input: RangeInput) => number | null;
}

/** The values that count. */
export const valuesOf = (input: RangeInput): Float64Array => input.values.subarray(0, input.length);

export const first = (input: RangeInput): number => input.values[0] ?? Number.NaN;
export const last = (input: RangeInput): number => input.values[input.length - 1] ?? Number.NaN;
export const firstMs = (input: RangeInput): number => input.timesMs[0] ?? Number.NaN;
export const lastMs = (input: RangeInput): number => input.timesMs[input.length - 1] ?? Number.NaN;
