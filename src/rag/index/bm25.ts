/** Saturation of term frequency and strength of length normalisation: the usual values. */
export const k1 = 1.2;
export const b = 0.75;

/**
 * Weight of a term by how rare it is: ln(1 + (N - n + 0.5) / (n + 0.5)). Always above 0, so words that stand in most
 * of three chunks still count; SQLite's own `bm25()` gives those nothing.
 *
 * @param chunks N, chunks in the scope. @param frequency n, chunks that hold the term.
 * @see Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), section 3
 * @example inverseFrequency(3, 1) // ln(1 + 2.5 / 1.5) = 0.98
 */
export function inverseFrequency(chunks: number, frequency: number): number {
  return Math.log(1 + (chunks - frequency + 0.5) / (frequency + 0.5));
}

/**
 * How much one term's occurrences count: tf (k1 + 1) / (tf + k1 (1 - b + b length / average)). Rises with tf towards
 * k1 + 1 = 2.2; 1 for one occurrence in a chunk of average length.
 *
 * @param occurrences tf in the chunk. @param length tokens of the chunk. @param averageLength over the scope's chunks.
 */
export function saturation(occurrences: number, length: number, averageLength: number): number {
  return (occurrences * (k1 + 1)) / (occurrences + k1 * (1 - b + (b * length) / averageLength));
}
