/**
 * Aborts `controller` as soon as `signal` aborts, with its reason. For a long-lived signal that short work follows again and
 * again: `AbortSignal.any` would leave weak references on it at each piece of work, until a collection finds them.
 *
 * @returns ends that; call it when the work is over.
 */
export function followSignal(signal: AbortSignal, controller: AbortController): () => void {
  const abort = (): void => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}
