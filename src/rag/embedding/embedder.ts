/** Text -> vectors for dense retrieval. Optional: without one, retrieval is lexical. */
export interface Embedder extends AsyncDisposable {
  /** Driver and model, for example `openai-compatible:nomic-embed-text`; recorded with the vectors. */
  readonly name: string;
  /** Length of every vector, or null until the first answer told it. */
  readonly dimensions: number | null;
  /**
   * One unit vector a text, in their order; `[]` for `[]`.
   * @param kind models often want documents and queries marked differently.
   * @throws AppError `upstream-failed` or `deadline-exceeded` when the endpoint does not answer as it should.
   */
  embed(
    texts: readonly string[],
    kind: 'document' | 'query',
    signal?: AbortSignal,
  ): Promise<readonly Float32Array[]>;
}
