import type { SluiceConfig } from '../../contract/config.ts';

/** Where the language model is. */
export interface ModelEndpoint {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  /** Null takes the first model the endpoint lists. */
  readonly name: string | null;
}

const ollamaUrl = 'http://127.0.0.1:11434/v1';
const openAiUrl = 'https://api.openai.com/v1';

/**
 * Which model answers, from configuration and `OPENAI_*`; null: none, answers are extracts. Nothing is asked of it
 * here: an endpoint that does not answer is told by the first question that needs it.
 */
export function chooseModel(
  model: SluiceConfig['model'],
  env: Readonly<Record<string, string | undefined>>,
): ModelEndpoint | null {
  const key = model.apiKey ?? (env['OPENAI_API_KEY'] || null);
  const name = model.name ?? (env['OPENAI_MODEL'] || null);
  switch (model.provider) {
    case 'none':
      return null;
    case 'ollama':
      return { baseUrl: model.baseUrl ?? ollamaUrl, apiKey: model.apiKey, name };
    case 'openai-compatible':
      return { baseUrl: model.baseUrl ?? (env['OPENAI_BASE_URL'] || openAiUrl), apiKey: key, name };
    case 'auto': {
      // A key from the environment goes only to the endpoint that the environment or OpenAI itself names.
      if (model.baseUrl !== null) return { baseUrl: model.baseUrl, apiKey: model.apiKey, name };
      const baseUrl = env['OPENAI_BASE_URL'] || (key === null ? null : openAiUrl);
      return baseUrl === null ? null : { baseUrl, apiKey: key, name };
    }
  }
}
