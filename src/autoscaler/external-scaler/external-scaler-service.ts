import type { ScaledObjectRef, ScalerMetricSpec, ScalerMetricValue } from './messages.ts';

/** What an external scaler answers, whoever asks it. */
export interface ExternalScalerService {
  /** At least one. @throws AppError `not-found` or `invalid-argument` when the metadata names nothing that is known. */
  metricSpecs(ref: ScaledObjectRef): readonly ScalerMetricSpec[];
  /** The value of one of its metrics. @throws AppError `not-found` for another name. */
  metricValues(ref: ScaledObjectRef, metricName: string): readonly ScalerMetricValue[];
  isActive(ref: ScaledObjectRef): boolean;
  /** Calls `listener` whenever an answer may have changed. @returns a function that stops it. */
  onChange(listener: () => void): () => void;
}
