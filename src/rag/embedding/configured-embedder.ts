import type { SluiceConfig } from '../../contract/config.ts';
import { AppError } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Embedder } from './embedder.ts';

/**
 * The embedder that the configuration names, or null where it names none. Nothing is asked of it here.
 *
 * @throws AppError `invalid-argument` when `embedder.baseUrl` is set without `embedder.name`.
 */
export async function createConfiguredEmbedder(
  config: SluiceConfig['embedder'],
  clock: Clock,
): Promise<Embedder | null> {
  if (config.baseUrl === null) return null;
  if (config.name === null) {
    throw new AppError(
      'invalid-argument',
      'embedder.baseUrl is set without embedder.name: name the model to embed with.',
      {
        param: 'embedder.name',
      },
    );
  }
  const { createOpenAiCompatibleEmbedder } = await import('./drivers/openai-compatible.ts');
  return createOpenAiCompatibleEmbedder({
    baseUrl: config.baseUrl,
    apiKey: config.apiKey,
    model: config.name,
    dimensions: config.dimensions,
    timeoutMs: config.timeoutMs,
    clock,
  });
}
