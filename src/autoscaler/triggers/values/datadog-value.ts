import { AppError } from '../../../contract/app-error.ts';

/** Points of time and value, oldest first; a value is null where nothing was measured. */
export type DatadogPoints = readonly (readonly (number | null)[])[];

export interface DatadogReading {
  /** Needed where a query gives several series. */
  readonly aggregator: 'average' | 'max' | '';
  /** How many points before the newest value; the newest is often still being counted. */
  readonly pointOffset: number;
}

/**
 * The newest value of each series, made one.
 *
 * @returns null when there is none.
 * @throws AppError `upstream-failed` for more series than are asked for, and for fewer points than the offset.
 * @see https://keda.sh/docs/latest/scalers/datadog/
 */
export function datadogValue(series: readonly DatadogPoints[], reading: DatadogReading): number | null {
  const { aggregator, pointOffset } = reading;
  if (series.length > 1 && aggregator === '') {
    throw failed(`expected one series, received ${series.length}; queryAggregator makes several one`);
  }
  const values: number[] = [];
  for (const points of series) {
    const newest = points.findLastIndex((point) => typeof point[1] === 'number');
    const index = (newest < 0 ? points.length - 1 : newest) - pointOffset;
    if (index < 0) {
      throw failed(
        `expected more than ${pointOffset} points (lastAvailablePointOffset), received ${points.length}`,
      );
    }
    const value = points[index]?.[1];
    if (typeof value !== 'number') return null;
    values.push(value);
  }
  if (values.length === 0) return null;
  return aggregator === 'average'
    ? values.reduce((sum, value) => sum + value, 0) / values.length
    : Math.max(...values);
}

const failed = (what: string): AppError => new AppError('upstream-failed', `Datadog's answer: ${what}.`);
