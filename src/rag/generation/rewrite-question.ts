import type { LanguageModel, ModelMessage } from './language-model.ts';
import { rewritePrompt } from './prompt.ts';

/** The question as a model writes it to stand alone; quotes and a leading label are taken off. @throws what the model throws. */
export async function rewriteQuestion(
  model: LanguageModel,
  history: readonly ModelMessage[],
  question: string,
  signal: AbortSignal,
): Promise<string> {
  let text = '';
  const request = { messages: rewritePrompt(history, question), temperature: 0, maxTokens: 200 };
  for await (const part of model.generate(request, signal)) if (part.type === 'text-delta') text += part.text;
  return text
    .trim()
    .replace(/^(?:standalone\s)?question:\s*/iu, '')
    .replace(/^["“「]([^]*)["”」]$/u, '$1')
    .trim();
}
