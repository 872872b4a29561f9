import { AppError } from '../contract/app-error.ts';
import { evaluationError } from './promql/query-error.ts';

export interface BudgetOptions {
  /** Samples one query may touch. @defaultValue 50,000,000 */
  readonly maxSamples?: number;
  /** Points one answer may have, of all series together; about 100 bytes each while it is made. @defaultValue 1,000,000 */
  readonly maxResultPoints?: number;
  /** Time one query may take; needs `monotonic`. 0 means no limit. @defaultValue 30 s */
  readonly timeoutMs?: number;
  /**
   * Time one step may take: nothing else of the process runs meanwhile, the gateway neither. Needs `monotonic`. 0 means
   * no limit. @defaultValue 2 s
   */
  readonly maxBlockMs?: number;
  /** Milliseconds on a clock that never steps, usually `clock.monotonic`. Without it there is no time limit, and a range query does not pause. */
  readonly monotonic?: () => number;
}

export interface QueryBudget {
  /** Counts samples touched. @throws AppError `invalid-argument` beyond the bound, `deadline-exceeded` beyond the time. */
  spend(samples: number): void;
  /** Counts points of the answer. @throws AppError `invalid-argument` beyond the bound. */
  keep(points: number): void;
  /** Says that other work had its turn. */
  resume(): void;
}

/** How many samples are touched between two looks at the clock. */
const samplesBetweenLooks = 5000;

export function createQueryBudget(options: BudgetOptions): QueryBudget {
  const {
    maxSamples = 50_000_000,
    maxResultPoints = 1_000_000,
    timeoutMs = 30_000,
    maxBlockMs = 2000,
    monotonic,
  } = options;
  const after = (ms: number): number => (monotonic && ms > 0 ? monotonic() + ms : Infinity);
  const deadlineMs = after(timeoutMs);
  let blockEndMs = after(maxBlockMs);
  let spent = 0;
  let kept = 0;
  let unlooked = 0;
  const tooLate = (ms: number, what: string): AppError =>
    new AppError(
      'deadline-exceeded',
      `query timed out in expression evaluation: ${what} more than ${ms} ms. Ask for a shorter range or a larger step.`,
    );
  return {
    spend: (samples) => {
      spent += samples;
      unlooked += samples + 1;
      if (spent > maxSamples) {
        throw evaluationError(
          `query processing would load too many samples into memory: the bound is ${maxSamples}. Ask for a shorter range or fewer series.`,
        );
      }
      if (!monotonic || unlooked < samplesBetweenLooks) return;
      unlooked = 0;
      const nowMs = monotonic();
      if (nowMs > deadlineMs) throw tooLate(timeoutMs, 'it took');
      if (nowMs > blockEndMs) throw tooLate(maxBlockMs, 'one of its steps took');
    },
    keep: (points) => {
      kept += points;
      if (kept > maxResultPoints) {
        throw evaluationError(
          `the answer would have more than ${maxResultPoints} points. Ask for a larger step or fewer series.`,
        );
      }
    },
    resume: () => {
      blockEndMs = after(maxBlockMs);
    },
  };
}
