import assert from 'node:assert/strict';
import { createGatewayScaler } from '../../src/autoscaler/external-scaler/gateway-scaler.ts';
import { createRateWindow } from '../../src/autoscaler/external-scaler/rate-window.ts';
import {
  httpTimeouts,
  type WrittenHttpTimeouts,
} from '../../src/autoscaler/manifests/http-scaled-object-timeouts.ts';
import { idleReport } from '../../src/autoscaler/triggers/conformance.ts';
import type { LoadReport } from '../../src/contract/load.ts';
import { createVirtualClock } from '../../src/platform/virtual-clock.ts';

interface ScalerInput {
  readonly counts?: { readonly concurrency?: number; readonly requestRate?: number };
  readonly route?: string;
  readonly scalingMetric?: {
    readonly concurrency?: { readonly targetValue?: number };
    readonly requestRate?: { readonly targetValue?: number };
  };
}

type Kind = 'HTTPScaledObject' | 'InterceptorRoute';
const metadataKeys = { HTTPScaledObject: 'httpScaledObject', InterceptorRoute: 'interceptorRoute' } as const;

/** What the reader of the manifests makes of the metric of a case, with its defaults. */
function metricOf(kind: Kind, { concurrency, requestRate }: NonNullable<ScalerInput['scalingMetric']>) {
  const rate = requestRate
    ? { target: requestRate.targetValue ?? 100, windowMs: 60_000, granularityMs: 1000 }
    : null;
  // An HTTPScaledObject has one metric: the rate where it is written, else concurrency.
  const isCounted = kind === 'HTTPScaledObject' ? rate === null : concurrency;
  return { concurrency: isCounted ? (concurrency?.targetValue ?? 100) : null, requestRate: rate };
}

/** A gateway's scaler that has seen these counts, and how it is asked for the metrics of the case. */
async function scalerWith(
  { counts = {}, route = 'web', scalingMetric }: ScalerInput,
  kind: Kind = 'InterceptorRoute',
) {
  const clock = createVirtualClock(1_800_000_000_000);
  const state: { report: LoadReport } = { report: { ...idleReport, target: 'web' } };
  const object = {
    kind,
    name: route,
    namespace: 'default',
    scalingMetric: metricOf(kind, scalingMetric ?? {}),
  };
  const scaler = createGatewayScaler({
    targets: [{ name: 'web', slots: 1 }],
    routes: [{ name: `default/${route}`, target: 'web', objects: [object] }],
    load: () => state.report,
    clock,
  });
  const ref = { name: 'it', namespace: 'default', scalerMetadata: { [metadataKeys[kind]]: route } };
  const specs = scaler.metricSpecs(ref);
  // Requests are whole: a rate with a fraction is the mean of several seconds.
  const rate = counts.requestRate ?? 0;
  let seconds = 1;
  while (!Number.isInteger(rate * seconds) && seconds < 60) seconds += 1;
  state.report = { ...state.report, arrivals: rate * seconds, pending: counts.concurrency ?? 0 };
  scaler.loadChanged('web');
  await clock.advance((seconds - 1) * 1000);
  return { ref, scaler, specs };
}

interface WindowInput {
  readonly epochBaseSeconds: number;
  readonly granularitySeconds: number;
  readonly steps: readonly (
    | { readonly record: { readonly atSeconds: number; readonly value: number } }
    | { readonly averageAt: number; readonly expect: number }
  )[];
  readonly windowSeconds: number;
}

/** As Go writes a duration of whole seconds; null where no limit is set. */
const goSeconds = (ms: number | null): string | null => {
  if (ms === null) return null;
  const seconds = ms / 1000;
  return seconds >= 60 ? `${Math.floor(seconds / 60)}m${seconds % 60}s` : `${seconds}s`;
};

/** Kinds about the external scaler and the operator: input of a case -> what Sluice does, by the names of the case. */
export const scalerKinds = {
  metricSpec: async (input: ScalerInput) => {
    const { specs } = await scalerWith(input);
    return { specs: specs.map(({ metricName, target }) => ({ metricName, targetSizeFloat: target })) };
  },
  metrics: async (input: ScalerInput) => {
    const { ref, scaler, specs } = await scalerWith(input);
    const values = specs.flatMap(({ metricName }) => scaler.metricValues(ref, metricName));
    return { values: values.map(({ metricName, value }) => ({ metricName, metricValueFloat: value })) };
  },
  isActiveHTTPScaledObject: async (input: ScalerInput) => {
    const { ref, scaler } = await scalerWith(input, 'HTTPScaledObject');
    return { active: scaler.isActive(ref) };
  },
  rateWindow: ({ epochBaseSeconds, granularitySeconds, steps, windowSeconds }: WindowInput) => {
    const window = createRateWindow(windowSeconds * 1000, granularitySeconds * 1000);
    const at = (seconds: number): number => (epochBaseSeconds + seconds) * 1000;
    for (const [index, step] of steps.entries()) {
      if ('record' in step) window.record(at(step.record.atSeconds), step.record.value);
      else assert.equal(window.average(at(step.averageAt)), step.expect, `step ${index}`);
    }
    return {};
  },
  httpsoTimeouts: (input: WrittenHttpTimeouts) => {
    const { readinessMs, requestMs, responseHeaderMs } = httpTimeouts(input);
    return {
      readiness: goSeconds(readinessMs),
      request: goSeconds(requestMs),
      responseHeader: goSeconds(responseHeaderMs),
    };
  },
};
