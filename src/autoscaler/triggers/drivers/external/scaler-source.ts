import type { ScalerMetricSpec, ScalerMetricValue } from '../../../external-scaler/messages.ts';

/** Who answers an external trigger: a server somewhere, or this gateway. */
export interface ScalerSource extends AsyncDisposable {
  /** For messages. */
  readonly name: string;
  /** @throws AppError when it cannot be asked, or does not know what the trigger names. */
  metricSpecs(signal: AbortSignal): Promise<readonly ScalerMetricSpec[]>;
  metricValues(metricName: string, signal: AbortSignal): Promise<readonly ScalerMetricValue[]>;
  isActive(signal: AbortSignal): Promise<boolean>;
  /**
   * Tells of work at once, and of what is offered when that has changed. Ends with the signal.
   *
   * @param onLost before each wait to connect again.
   */
  watch(
    events: {
      readonly onActive: () => void;
      readonly onSpecs: (specs: readonly ScalerMetricSpec[]) => void;
      readonly onLost: (lost: {
        readonly method: string;
        readonly waitMs: number;
        readonly reason: string;
      }) => void;
    },
    signal: AbortSignal,
  ): Promise<void>;
}
