import type { PricedOutcome } from '../compare.ts';
import type { Recommendation, WaitTarget } from '../recommend.ts';
import type { SweepPoint } from '../sweep.ts';

/** A named assumption, in words. */
export interface Assumption {
  readonly name: string;
  readonly value: string;
}

/** Everything a report shows; also its JSON. Holds no time and no place, so that the same inputs give the same bytes. */
export interface SimulationReport {
  /** Of this shape. */
  readonly version: 1;
  readonly target: string;
  readonly requests: number;
  /** Length of the trace in seconds. */
  readonly spanSeconds: number;
  readonly assumptions: readonly Assumption[];
  /** Empty in a sweep. */
  readonly policies: readonly PricedOutcome[];
  /** Null without a sweep. */
  readonly sweep: SweepReport | null;
  readonly warnings: readonly string[];
}

export interface SweepReport extends Recommendation {
  readonly points: readonly SweepPoint[];
  readonly waitTarget: WaitTarget | null;
}
