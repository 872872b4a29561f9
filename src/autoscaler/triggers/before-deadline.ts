import { AppError } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';
import { followSignal } from '../../platform/follow-signal.ts';

/** Runs work that may not listen to its signal. @throws AppError `deadline-exceeded`, or the abort's reason. */
export type BeforeDeadline = <Answer>(
  signal: AbortSignal,
  work: (signal: AbortSignal, nowMs: number) => Promise<Answer>,
) => Promise<Answer>;

/** Longer than any driver's own time-out; a parameter `timeout` may ask for more only up to here. */
const maxReadMs = 30_000;

/** Made once: an abort without a reason makes an error with a stack each time. */
const readIsOver = new DOMException('The read is over.', 'AbortError');

/** A driver that does not listen to its signal holds up neither the other triggers nor the end. */
export function createBeforeDeadline(clock: Clock): BeforeDeadline {
  return async (signal, work) => {
    const over = new AbortController();
    const unfollow = followSignal(signal, over);
    const tooLong = clock.sleep(maxReadMs, over.signal).then(() => {
      throw new AppError('deadline-exceeded', `The trigger gave no value within ${maxReadMs / 1000} s.`);
    });
    try {
      return await Promise.race([work(over.signal, clock.now()), tooLong]);
    } finally {
      unfollow();
      over.abort(readIsOver);
      // The wait has been called off.
      tooLong.catch(() => {});
    }
  };
}
