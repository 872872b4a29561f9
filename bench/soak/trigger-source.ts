import type { Clock } from '../../src/platform/clock.ts';
import type { Random } from '../../src/simulator/random.ts';

/** How a source behaves for a while. `deaf` hangs and does not hear that nobody waits for it any more. */
export type SourceMode = 'ok' | 'error' | 'slow' | 'hang' | 'deaf' | 'flap';

const modes: readonly SourceMode[] = ['ok', 'error', 'slow', 'hang', 'deaf', 'flap'];

/** Something that a trigger asks for a value. */
export interface TriggerSource {
  ask(signal?: AbortSignal | null): Promise<number>;
  /** Takes another mode, by chance or the one given. */
  change(mode?: SourceMode): void;
  /** True: it would answer now, and with a value that is not active. */
  readonly isQuiet: boolean;
}

/** @param value what it measures. */
export function createTriggerSource(clock: Clock, random: Random, value: () => number): TriggerSource {
  let mode: SourceMode = 'ok';
  let isHigh = false;
  return {
    get isQuiet() {
      return mode === 'ok' && value() === 0;
    },
    change: (next = modes[Math.floor(random() * modes.length)] ?? 'ok') => {
      mode = next;
    },
    ask: async (signal) => {
      switch (mode) {
        case 'ok':
          return value();
        case 'error':
          throw new Error('the source is broken');
        case 'slow':
          await clock.sleep(2000 + random() * 25_000);
          return value();
        case 'flap':
          isHigh = !isHigh;
          return isHigh ? 9 : 0;
        case 'hang':
          return new Promise((_, reject) => {
            signal?.addEventListener('abort', () => reject(new Error('called off')), { once: true });
          });
        case 'deaf':
          return new Promise(() => {});
      }
    },
  };
}
