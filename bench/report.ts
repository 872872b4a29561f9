/** What a scenario measured. Figures are medians of interleaved runs unless the name says otherwise. */
export interface BenchFigure {
  readonly name: string;
  readonly value: number | string;
  readonly unit?: string;
}

export interface BenchReport {
  readonly scenario: string;
  readonly figures: readonly BenchFigure[];
  /** How the scenario avoids fooling itself, and anything a reader must know. */
  readonly notes?: readonly string[];
}
