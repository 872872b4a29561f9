/** A message in the order of the dialogue. */
export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface GenerateRequest {
  readonly messages: readonly ModelMessage[];
  /** 0 to 2. */
  readonly temperature?: number;
  readonly maxTokens?: number;
}

/** Stream parts, in this order: one `text-start`, any number of `text-delta`, one `text-end`. */
export type ModelPart =
  | { readonly type: 'text-start' }
  | { readonly type: 'text-delta'; readonly text: string }
  | {
      readonly type: 'text-end';
      readonly finishReason: 'stop' | 'length';
      readonly usage: { readonly promptTokens: number; readonly completionTokens: number } | null;
    };

/** Writes text. Without one, answers are extracts (`generation/drivers/extractive.ts`). */
export interface LanguageModel extends AsyncDisposable {
  /** Driver and model, for example `openai-compatible:qwen3`. */
  readonly name: string;
  /**
   * Ends early when the signal aborts.
   * @throws AppError `upstream-failed`, `deadline-exceeded`, `rate-limited` or `cancelled`; the message names the endpoint, never the key.
   */
  generate(request: GenerateRequest, signal?: AbortSignal): AsyncIterable<ModelPart>;
}
