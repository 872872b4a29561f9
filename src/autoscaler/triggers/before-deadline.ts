import { AppError } from '../../contract/app-error.ts';
import type { Clock } from '../../platform/clock.ts';

/** Runs work that may not listen to its signal. @throws AppError `deadline-exceeded`, or the abort's reason. */
export type BeforeDeadline = <Answer>(
  signal: AbortSignal,
  work: (signal: AbortSignal, nowMs: number) => Promise<Answer>,
) => Promise<Answer>;

/** Longer than any driver's own time-out; a parameter `timeout` may ask for more only up to here. */
const maxReadMs = 30_000;

/** Made once: an abort without a reason makes an error with a stack each time, which cost a tenth of a simulated day. */
const readIsOver = new DOMException('The read is over.', 'AbortError');

/** A driver that does not listen to its signal holds up neither the other triggers nor the end. */
export function createBeforeDeadline(clock: Clock): BeforeDeadline {
  return async (signal, work) => {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const tooLong = clock.sleep(maxReadMs, either).then(() => {
      throw new AppError('deadline-exceeded', `The trigger gave no value within ${maxReadMs / 1000} s.`);
    });
    try {
      return await Promise.race([work(either, clock.now()), tooLong]);
    } finally {
      over.abort(readIsOver);
      // The wait has been called off.
      tooLong.catch(() => {});
    }
  };
}
