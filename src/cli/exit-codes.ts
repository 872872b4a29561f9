import type { AppError } from '../contract/app-error.ts';

/** What scripts can rely on. Documented in docs/commands.md. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  /** Wrong flags, configuration, manifest or input. */
  usage: 2,
  /** `ask`: the documents do not hold the answer. `search`: no passage was found. */
  nothingFound: 3,
  /** `ingest`: some documents failed, the rest is searchable. */
  partial: 4,
  interrupted: 130,
} as const;

/** @returns the exit code of an error that ends a command. */
export function exitCodeOf(error: AppError): number {
  switch (error.code) {
    case 'invalid-argument':
    case 'unsupported':
    case 'conflict':
    // A file or a conversation that was named and is not there; a search without hits is no error.
    case 'not-found':
      return exitCodes.usage;
    case 'cancelled':
      return exitCodes.interrupted;
    default:
      return exitCodes.failed;
  }
}
