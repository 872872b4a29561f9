/** A piece of a query and how much its words count. */
export interface WeightedText {
  readonly text: string;
  /** Above 0; 1 counts once. */
  readonly weight: number;
}
