import type { Messages } from '../language/messages.ts';
import { ApiError } from './api-error.ts';

/** What went wrong, in words: the server's own sentence, or that it cannot be reached. */
export function sentenceOf(error: unknown, messages: Messages): string {
  return error instanceof ApiError && error.message ? error.message : messages.cannotReach;
}
