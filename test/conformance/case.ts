/** A case as far as all files agree. */
export interface Case {
  readonly id: string;
  readonly name?: string;
  readonly note?: string;
  readonly kind?: string;
  readonly expect?: unknown;
  readonly expected?: unknown;
  readonly input?: Fields;
}
/** Fields of a case, as loosely typed as JSON.parse gives them: the files are JSON of others. */
export type Fields = Readonly<Record<string, ReturnType<typeof JSON.parse>>>;

/** The moment all cases are decided at. */
export const nowMs = 1_700_000_000_000;
/** A time before that moment. */
export const ago = (seconds: number): number => nowMs - seconds * 1000;
