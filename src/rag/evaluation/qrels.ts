/** Query id -> document id -> how relevant, 0 is not. What people judged. */
export type Qrels = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Query id -> document ids, best first. What a system answered. */
export type Run = ReadonlyMap<string, readonly string[]>;
