import { AppError } from '../../contract/app-error.ts';

/**
 * Where a trigger's error happened. `build`: connecting while KEDA makes the scaler; one such error holds up the whole
 * ScaledObject (the freeze trap). `unbuilt`: not asked, because another trigger of the object could not be built.
 * `spec`: an external scaler does not say what it offers, which fallback never sees. `fetch`: asking for the value.
 */
export type ErrorStage = 'build' | 'unbuilt' | 'spec' | 'fetch';

/** An error of connecting, for drivers of those types that KEDA connects while it builds the scaler. */
export function buildError(message: string): AppError {
  return new AppError('unavailable', message, { details: { stage: 'build' } });
}

/** An error of an external scaler that was asked what it offers. */
export function specError(message: string): AppError {
  return new AppError('unavailable', message, { details: { stage: 'spec' } });
}

export function errorStageOf(error: unknown): ErrorStage {
  const stage = error instanceof AppError ? error.details['stage'] : undefined;
  return stage === 'build' || stage === 'spec' ? stage : 'fetch';
}
