import { AppError } from '../../contract/app-error.ts';
import type { LoadReport } from '../../contract/load.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ExternalScalerService } from './external-scaler-service.ts';
import { createRateWindow, type RateWindow } from './rate-window.ts';
import {
  readScalerWish,
  type ScalerRoute,
  type ScalerTarget,
  type ScalerWish,
  type WishedRate,
} from './scaler-wish.ts';

export interface GatewayScalerOptions {
  readonly targets: readonly ScalerTarget[];
  /** Routes of the HTTP add-on. @defaultValue none */
  readonly routes?: readonly ScalerRoute[];
  /** The gateway's view of a scale target, always current. */
  readonly load: (target: string) => LoadReport;
  /** The same of one route alone. @defaultValue that of its target */
  readonly routeLoad?: (route: string) => LoadReport;
  readonly clock: Clock;
}

/** Answers for the gateway; `loadChanged` is called on each arrival and each end of a request. */
export interface GatewayScaler extends ExternalScalerService {
  loadChanged(target: string): void;
}

/** Whose requests are counted: a scale target or a route. */
interface Counted {
  readonly target: string;
  readonly load: () => LoadReport;
  /** Arrivals that the windows have heard of. */
  seen: number;
  /** Arrivals that the listeners have heard of. */
  told: number;
  /** A request has arrived that the listeners are being told of just now. */
  hasArrival: boolean;
  readonly windows: Map<string, RateWindow>;
}

/** Of one target or route. Callers choose the windows; whoever asks for ever new ones loses the oldest. */
const maxWindows = 20;

/**
 * The gateway as an external scaler, with the metrics and names of KEDA's HTTP add-on: requests held and being answered
 * (`http_<route>_concurrency`) and requests a second over a window (`http_<route>_rate`). A trigger names an
 * InterceptorRoute, an HTTPScaledObject, or a scale target of this gateway; see `readScalerWish`.
 *
 * Nothing is sampled: no request is missed, and each arrival makes its trigger active at that moment, whatever its metric
 * and however soon it was answered.
 */
export function createGatewayScaler(options: GatewayScalerOptions): GatewayScaler {
  const { clock, load, routes = [], targets } = options;
  const routeLoad =
    options.routeLoad ?? ((name) => load(routes.find((route) => route.name === name)?.target ?? name));
  const listeners = new Set<() => void>();

  const count = (target: string, load: () => LoadReport): Counted => ({
    target,
    load,
    seen: load().arrivals,
    told: load().arrivals,
    hasArrival: false,
    windows: new Map(),
  });
  const byTarget = new Map(targets.map(({ name }) => [name, count(name, () => load(name))]));
  const byRoute = new Map(routes.map(({ name, target }) => [name, count(target, () => routeLoad(name))]));
  const everything = [...byTarget.values(), ...byRoute.values()];

  /** Takes over what has arrived since the last look. */
  const update = (counted: Counted): LoadReport => {
    const report = counted.load();
    const { arrivals } = report;
    // Fewer than before: another gateway took its place and counts anew.
    const more = arrivals < counted.seen ? arrivals : arrivals - counted.seen;
    counted.seen = arrivals;
    const nowMs = clock.now();
    for (const window of counted.windows.values()) {
      window.passedTo(nowMs);
      if (more > 0) window.record(nowMs, more);
    }
    return report;
  };

  const windowOf = (counted: Counted, { granularityMs, windowMs }: WishedRate): RateWindow => {
    const key = `${windowMs} ${granularityMs}`;
    const known = counted.windows.get(key);
    if (known) return known;
    const window = createRateWindow(windowMs, granularityMs);
    window.passedTo(clock.now());
    counted.windows.set(key, window);
    const [oldest] = counted.windows.keys();
    if (counted.windows.size > maxWindows && oldest !== undefined) counted.windows.delete(oldest);
    return window;
  };

  const countedOf = ({ of }: ScalerWish): Counted | null => {
    if (of.kind === 'everything') return null;
    return (of.kind === 'target' ? byTarget : byRoute).get(of.name) ?? null;
  };

  const concurrencyOf = ({ inFlight, pending, refusedAtMs }: LoadReport): number =>
    // Refused for want of a place to wait is demand as well: nothing would else wake a gate that holds nobody.
    inFlight + pending + (refusedAtMs === undefined ? 0 : 1);

  const valuesOf = (wish: ScalerWish): readonly { readonly metricName: string; readonly value: number }[] => {
    const counted = countedOf(wish);
    if (counted === null) {
      const value = targets.reduce((sum, { name }) => sum + concurrencyOf(load(name)), 0);
      return wish.concurrency ? [{ metricName: wish.concurrency.metricName, value }] : [];
    }
    // A window that is asked for the first time hears of what comes from now on.
    const window = wish.rate ? windowOf(counted, wish.rate) : null;
    const report = update(counted);
    const rate = window?.average(clock.now()) ?? 0;
    return [
      ...(wish.concurrency
        ? [{ metricName: wish.concurrency.metricName, value: concurrencyOf(report) }]
        : []),
      ...(wish.rate
        ? [{ metricName: wish.rate.metricName, value: wish.rate.isWhole ? Math.ceil(rate) : rate }]
        : []),
    ];
  };

  const wishOf = (ref: Parameters<ExternalScalerService['isActive']>[0]): ScalerWish =>
    readScalerWish(ref, targets, routes);

  return {
    metricSpecs: (ref) => {
      const wish = wishOf(ref);
      const counted = countedOf(wish);
      // Counting begins when a trigger is first looked at, before its first poll.
      if (counted && wish.rate) windowOf(counted, wish.rate);
      return [wish.concurrency, wish.rate].flatMap((metric) =>
        metric ? [{ metricName: metric.metricName, target: metric.target }] : [],
      );
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
    isActive: (ref) => {
      const wish = wishOf(ref);
      return countedOf(wish)?.hasArrival === true || valuesOf(wish).some(({ value }) => value > 0);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    loadChanged: (target) => {
      const changed = everything.filter((counted) => counted.target === target);
      for (const counted of changed) {
        const { arrivals } = update(counted);
        counted.hasArrival = arrivals !== counted.told;
        counted.told = arrivals;
      }
      for (const listener of listeners) listener();
      for (const counted of changed) counted.hasArrival = false;
    },
  };
}
