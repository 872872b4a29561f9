import { HttpResponse } from '../platform/http-message.ts';
import { AppError } from '../contract/app-error.ts';
import { formatNumber, formatTimestamp } from './format-number.ts';
import { type LabelSet, labelEntries } from './labels.ts';
import type { RangeSeries, Value } from './promql/value.ts';

// Written by hand: a timestamp is a number with three decimals, which JSON.stringify would shorten.

/** `{"__name__":"up","job":"sluice"}` */
export function labelsJson(labels: LabelSet): string {
  return `{${labelEntries(labels)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join(',')}}`;
}

const pointJson = (tMs: number, value: number): string =>
  `[${formatTimestamp(tMs)},"${formatNumber(value)}"]`;

export function matrixJson(series: readonly RangeSeries[]): string {
  const items = series.map(
    ({ labels, points }) =>
      `{"metric":${labelsJson(labels)},"values":[${points.map(([tMs, value]) => pointJson(tMs, value)).join(',')}]}`,
  );
  return `{"resultType":"matrix","result":[${items.join(',')}]}`;
}

/** The `data` of an instant query's answer. */
export function valueJson(value: Value, tMs: number): string {
  switch (value.kind) {
    case 'scalar':
      return `{"resultType":"scalar","result":${pointJson(tMs, value.value)}}`;
    case 'string':
      return `{"resultType":"string","result":[${formatTimestamp(tMs)},${JSON.stringify(value.value)}]}`;
    case 'vector': {
      const items = value.samples.map(
        (sample) => `{"metric":${labelsJson(sample.labels)},"value":${pointJson(tMs, sample.value)}}`,
      );
      return `{"resultType":"vector","result":[${items.join(',')}]}`;
    }
    case 'matrix':
      return matrixJson(value.series);
    default:
      return value satisfies never;
  }
}

/** An answer in Prometheus' envelope. @param dataJson already JSON text */
export function successResponse(dataJson: string, warnings: readonly string[] = []): HttpResponse {
  const tail = warnings.length === 0 ? '' : `,"warnings":${JSON.stringify(warnings)}`;
  return new HttpResponse(`{"status":"success","data":${dataJson}${tail}}`, {
    headers: { 'content-type': 'application/json' },
  });
}

const errorTypes: Readonly<Record<string, readonly [errorType: string, status: number]>> = {
  'not-found': ['not_found', 404],
  'deadline-exceeded': ['timeout', 503],
  cancelled: ['canceled', 503],
  unavailable: ['unavailable', 503],
  internal: ['internal', 500],
};

/** An error in Prometheus' envelope and with its status: 400 what cannot be read, 422 what cannot be answered, 503 what took too long. */
export function failureResponse(thrown: unknown): HttpResponse {
  const error = AppError.from(thrown);
  const { phase } = error.details;
  const [errorType, status] =
    errorTypes[error.code] ?? (phase === 'evaluation' ? ['execution', 422] : ['bad_data', 400]);
  const message = phase === 'parse' ? `invalid parameter "query": ${error.message}` : error.message;
  return HttpResponse.json({ status: 'error', errorType, error: message }, { status });
}
