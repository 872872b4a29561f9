import {
  boolField,
  bytesOf,
  concatBytes,
  doubleField,
  int64Field,
  messageField,
  numberOf,
  readFields,
  stringField,
  stringOf,
} from './protobuf.ts';

// KEDA's contract for external scalers: package `externalscaler`, service `ExternalScaler`. Names and field numbers are
// the wire's, https://github.com/kedacore/keda/blob/main/pkg/scalers/externalscaler/externalscaler.proto, Apache-2.0.

/** Methods of the service; the two streams answer many times. */
export type ScalerMethod =
  | 'IsActive'
  | 'StreamIsActive'
  | 'GetMetricSpec'
  | 'GetMetrics'
  | 'StreamMetricSpec';

export const servicePath = '/externalscaler.ExternalScaler/';

/** Who asks: the ScaledObject, and its trigger's metadata with every `…FromEnv` resolved under its own key. */
export interface ScaledObjectRef {
  readonly name: string;
  readonly namespace: string;
  readonly scalerMetadata: Readonly<Record<string, string>>;
}

/** One metric and its target. */
export interface ScalerMetricSpec {
  readonly metricName: string;
  readonly target: number;
}

export interface ScalerMetricValue {
  readonly metricName: string;
  readonly value: number;
}

export interface MetricsRequest {
  readonly ref: ScaledObjectRef;
  readonly metricName: string;
}

export const encodeRef = ({ name, namespace, scalerMetadata }: ScaledObjectRef): Uint8Array =>
  concatBytes([
    stringField(1, name),
    stringField(2, namespace),
    ...Object.entries(scalerMetadata).map(([key, value]) =>
      messageField(3, concatBytes([stringField(1, key), stringField(2, value)])),
    ),
  ]);

export function decodeRef(bytes: Uint8Array): ScaledObjectRef {
  let name = '';
  let namespace = '';
  const scalerMetadata: Record<string, string> = {};
  for (const field of readFields(bytes)) {
    if (field.field === 1) name = stringOf(field);
    if (field.field === 2) namespace = stringOf(field);
    if (field.field !== 3) continue;
    let key = '';
    let value = '';
    for (const part of readFields(bytesOf(field))) {
      if (part.field === 1) key = stringOf(part);
      if (part.field === 2) value = stringOf(part);
    }
    scalerMetadata[key] = value;
  }
  return { name, namespace, scalerMetadata };
}

export const encodeIsActive = (result: boolean): Uint8Array => boolField(1, result);
export function decodeIsActive(bytes: Uint8Array): boolean {
  let result = false;
  for (const field of readFields(bytes)) if (field.field === 1) result = numberOf(field) !== 0;
  return result;
}

export const encodeMetricsRequest = ({ metricName, ref }: MetricsRequest): Uint8Array =>
  concatBytes([messageField(1, encodeRef(ref)), stringField(2, metricName)]);
export function decodeMetricsRequest(bytes: Uint8Array): MetricsRequest {
  let ref: ScaledObjectRef = { name: '', namespace: '', scalerMetadata: {} };
  let metricName = '';
  for (const field of readFields(bytes)) {
    if (field.field === 1) ref = decodeRef(bytesOf(field));
    if (field.field === 2) metricName = stringOf(field);
  }
  return { ref, metricName };
}

/** Older KEDA reads the whole number, newer ones the float where it is above 0: both are written. */
export const encodeMetricSpecs = (specs: readonly ScalerMetricSpec[]): Uint8Array =>
  encodeNumbers(specs.map(({ metricName, target }) => [metricName, target]));
export const decodeMetricSpecs = (bytes: Uint8Array): readonly ScalerMetricSpec[] =>
  decodeNumbers(bytes).map(([metricName, target]) => ({ metricName, target }));

export const encodeMetricValues = (values: readonly ScalerMetricValue[]): Uint8Array =>
  encodeNumbers(values.map(({ metricName, value }) => [metricName, value]));
export const decodeMetricValues = (bytes: Uint8Array): readonly ScalerMetricValue[] =>
  decodeNumbers(bytes).map(([metricName, value]) => ({ metricName, value }));

/** Specs and values have the same shape: name 1, int64 2, double 3. */
const encodeNumbers = (items: readonly (readonly [string, number])[]): Uint8Array =>
  concatBytes(
    items.map(([name, value]) =>
      messageField(
        1,
        concatBytes([stringField(1, name), int64Field(2, Math.round(value)), doubleField(3, value)]),
      ),
    ),
  );

/** The float wins only when it is above 0; else the whole number counts. */
function decodeNumbers(bytes: Uint8Array): readonly (readonly [string, number])[] {
  const items: (readonly [string, number])[] = [];
  for (const field of readFields(bytes)) {
    if (field.field !== 1) continue;
    let name = '';
    let whole = 0;
    let float = 0;
    for (const part of readFields(bytesOf(field))) {
      if (part.field === 1) name = stringOf(part);
      if (part.field === 2) whole = numberOf(part);
      if (part.field === 3) float = numberOf(part);
    }
    items.push([name, float > 0 ? float : whole]);
  }
  return items;
}
