import type { LabelSet } from '../labels.ts';

/** One series of an instant vector. */
export interface VectorSample {
  readonly labels: LabelSet;
  readonly value: number;
}

/** One series with its points in time order. */
export interface RangeSeries {
  readonly labels: LabelSet;
  readonly points: readonly (readonly [tMs: number, value: number])[];
}

/** What a query evaluates to at one time. */
export type Value =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'vector'; readonly samples: readonly VectorSample[] }
  | { readonly kind: 'matrix'; readonly series: readonly RangeSeries[] };

export const scalarValue = (value: number): Value => ({ kind: 'scalar', value });
export const vectorValue = (samples: readonly VectorSample[]): Value => ({ kind: 'vector', samples });
