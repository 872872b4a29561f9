import { AppError } from '../../contract/app-error.ts';
import type { LoadReport } from '../../contract/load.ts';
import type { Clock } from '../../platform/clock.ts';
import { parseGoDuration } from '../manifests/go-duration.ts';
import type { ExternalScalerService } from './external-scaler-service.ts';
import type { ScaledObjectRef, ScalerMetricSpec } from './messages.ts';
import { createRateWindow, type RateWindow } from './rate-window.ts';

export interface GatewayScalerOptions {
  /** Scale targets by name, with the requests a replica answers at once: the concurrency asked for where none is given. */
  readonly targets: readonly { readonly name: string; readonly slots: number }[];
  /** The gateway's view, always current. */
  readonly load: (target: string) => LoadReport;
  readonly clock: Clock;
}

/** Answers for the gateway; `loadChanged` is called on each arrival and each end of a request. */
export interface GatewayScaler extends ExternalScalerService {
  loadChanged(target: string): void;
}

const defaultWindow = '1m';
const defaultGranularity = '1s';

/** What a trigger asks for in its metadata. */
interface Wish {
  readonly target: string;
  /** Null: that metric is not asked for. */
  readonly concurrency: number | null;
  readonly rate: number | null;
  readonly windowMs: number;
  readonly granularityMs: number;
}

/**
 * The gateway as an external scaler, with the metrics and names of KEDA's HTTP add-on: `http_<route>_concurrency`
 * (requests held and being answered) and `http_<route>_rate` (requests per bucket of the window). The trigger's metadata
 * says `interceptorRoute` (the scale target's name) and may say `concurrency`, `requestRate`, `window`, `granularity`;
 * without either metric it is concurrency, at the slots of a replica. Nothing is sampled: no request is missed.
 */
export function createGatewayScaler({ clock, load, targets }: GatewayScalerOptions): GatewayScaler {
  const listeners = new Set<() => void>();
  const slots = new Map(targets.map((target) => [target.name, target.slots]));
  const windows = new Map<string, { readonly window: RateWindow; seen: number; readonly target: string }>();

  const wishOf = ({ name, scalerMetadata }: ScaledObjectRef): Wish => {
    const target = scalerMetadata['interceptorRoute'] ?? scalerMetadata['scaleTarget'] ?? name;
    const known = slots.get(target);
    if (known === undefined) {
      throw new AppError(
        'not-found',
        `There is no scale target "${target}" behind this gateway; interceptorRoute names one of ${[...slots.keys()].join(', ')}.`,
      );
    }
    const rate = numberIn(scalerMetadata, 'requestRate');
    const concurrency = numberIn(scalerMetadata, 'concurrency') ?? (rate === null ? known : null);
    const windowMs = durationIn(scalerMetadata, 'window', defaultWindow);
    const granularityMs = durationIn(scalerMetadata, 'granularity', defaultGranularity);
    if (windowMs < granularityMs || windowMs / granularityMs > 10_000) {
      throw new AppError(
        'invalid-argument',
        'window: expected at least one and at most 10000 times granularity.',
      );
    }
    return { target, concurrency, rate, windowMs, granularityMs };
  };

  const record = (kept: { readonly window: RateWindow; seen: number; readonly target: string }): void => {
    const { arrivals } = load(kept.target);
    // Fewer than before: another gateway took its place and counts anew.
    const more = arrivals < kept.seen ? arrivals : arrivals - kept.seen;
    kept.seen = arrivals;
    if (more > 0) kept.window.record(clock.now(), more);
  };

  const windowOf = ({ granularityMs, target, windowMs }: Wish): RateWindow => {
    const key = `${target} ${windowMs} ${granularityMs}`;
    const known = windows.get(key);
    if (known) {
      record(known);
      return known.window;
    }
    const window = createRateWindow(windowMs, granularityMs);
    windows.set(key, { window, seen: load(target).arrivals, target });
    // Callers choose the windows; whoever asks for ever new ones loses the oldest.
    const [oldest] = windows.keys();
    if (windows.size > maxWindows && oldest !== undefined) windows.delete(oldest);
    return window;
  };

  const valuesOf = (wish: Wish): readonly { readonly metricName: string; readonly value: number }[] => {
    const { inFlight, pending, refusedAtMs } = load(wish.target);
    // Refused for want of a place to wait is demand as well: nothing would else wake a gate that holds nobody.
    const refused = refusedAtMs === undefined ? 0 : 1;
    return [
      ...(wish.concurrency === null
        ? []
        : [{ metricName: `http_${wish.target}_concurrency`, value: inFlight + pending + refused }]),
      ...(wish.rate === null
        ? []
        : [{ metricName: `http_${wish.target}_rate`, value: windowOf(wish).average(clock.now()) }]),
    ];
  };

  return {
    metricSpecs: (ref) => {
      const wish = wishOf(ref);
      // Counting begins when a trigger is first looked at, before its first poll.
      if (wish.rate !== null) windowOf(wish);
      const specs: ScalerMetricSpec[] = [];
      if (wish.concurrency !== null) {
        specs.push({ metricName: `http_${wish.target}_concurrency`, target: wish.concurrency });
      }
      if (wish.rate !== null) specs.push({ metricName: `http_${wish.target}_rate`, target: wish.rate });
      return specs;
    },
    metricValues: (ref, metricName) => {
      const values = valuesOf(wishOf(ref));
      const found = values.filter((value) => value.metricName === metricName);
      if (found.length > 0) return found;
      throw new AppError(
        'not-found',
        `There is no metric "${metricName}"; there are ${values.map((value) => value.metricName).join(', ')}.`,
      );
    },
    isActive: (ref) => valuesOf(wishOf(ref)).some(({ value }) => value > 0),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    loadChanged: (target) => {
      for (const kept of windows.values()) if (kept.target === target) record(kept);
      for (const listener of listeners) listener();
    },
  };
}

const maxWindows = 200;

function numberIn(metadata: Readonly<Record<string, string>>, key: string): number | null {
  const text = metadata[key]?.trim() ?? '';
  if (text === '') return null;
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new AppError('invalid-argument', `${key}: expected a number > 0, received "${text}".`);
}

function durationIn(metadata: Readonly<Record<string, string>>, key: string, otherwise: string): number {
  const text = metadata[key]?.trim() || otherwise;
  const ms = parseGoDuration(text);
  if (ms !== null && ms > 0) return ms;
  throw new AppError('invalid-argument', `${key}: expected a duration such as 1m, received "${text}".`);
}
