/** error: KEDA refuses it or never becomes ready. warning: it works, and will hurt or is ignored. note: worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** One change of a document; paths are within the object. */
export type Edit =
  | { readonly kind: 'set'; readonly at: readonly PropertyKey[]; readonly value: string | number | boolean }
  | { readonly kind: 'remove'; readonly at: readonly PropertyKey[] }
  | { readonly kind: 'rename'; readonly at: readonly PropertyKey[]; readonly to: string };

/** What a rule says about one place. */
export interface Complaint {
  readonly at: readonly PropertyKey[];
  /** One or two sentences: what happens, and why. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
  /** The fix as edits, where it changes nothing that works today. */
  readonly edits?: readonly Edit[];
}

/** A complaint with its place in a file. */
export interface Finding {
  /** A section of docs/lint.md. */
  readonly rule: string;
  readonly severity: Severity;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** For example `spec.triggers[0].metadata.query`; empty for the object as a whole. */
  readonly path: string;
  readonly message: string;
  /** Null where the message says it all. */
  readonly fix: string | null;
  /** `docs/lint.md#rule` */
  readonly docs: string;
  /** Empty when `--fix` does not touch it. */
  readonly edits: readonly Edit[];
}
