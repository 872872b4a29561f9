import { AppError } from '../../contract/app-error.ts';
import type { ModelMessage } from '../generation/language-model.ts';
import type { WeightedText } from '../retrieval/weighted-text.ts';
import { withinHistoryBudget } from './history-budget.ts';

/** What retrieval asks for: weighted parts to search with, and one text to show and to answer. */
export interface StandaloneQuery {
  readonly parts: readonly WeightedText[];
  readonly text: string;
}

export interface StandAloneServices {
  /** The model-free form, from the user's turns, oldest first. */
  readonly standaloneQuery: (userTurns: readonly string[]) => StandaloneQuery;
  /** A model's standalone form of the question; null keeps the model-free one. */
  readonly rewrite:
    | ((history: readonly ModelMessage[], question: string, signal: AbortSignal) => Promise<string>)
    | null;
}

/** Characters of a rewritten question at most: a longer one is not a question. */
const maxRewrite = 2000;

/**
 * The question in a form that needs no dialogue: a model's where there is a model and a history, else the model-free
 * one. A model that fails costs the rewrite, not the answer.
 */
export async function standAlone(
  { standaloneQuery, rewrite }: StandAloneServices,
  history: readonly ModelMessage[],
  question: string,
  signal: AbortSignal,
): Promise<StandaloneQuery> {
  const asked = history.filter(({ role }) => role === 'user').map(({ content }) => content);
  const modelFree = standaloneQuery([...asked, question]);
  if (!rewrite || asked.length === 0) return modelFree;
  try {
    const text = (await rewrite(withinHistoryBudget(history), question, signal)).trim();
    return text === '' || text.length > maxRewrite ? modelFree : { text, parts: [{ text, weight: 1 }] };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) return modelFree;
    throw error;
  }
}
