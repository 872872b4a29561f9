import type { Autoscaler } from '../../autoscaler/autoscaler.ts';
import { decisionsRoute } from './decisions-route.ts';
import { explainRoute } from './explain-route.ts';
import { HttpResponse } from '../../platform/http-message.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Route } from '../../platform/http-router.ts';
import type { MetricsRegistry } from '../../platform/metrics.ts';
import { prometheusRoutes } from '../../timeseries/api.ts';
import type { MetricsStore } from '../../timeseries/store.ts';
import { statusRoutes, type StatusSource } from './status-routes.ts';

export interface AdminServices {
  readonly status: StatusSource & Pick<Autoscaler, 'decisions' | 'explain'>;
  readonly metrics: MetricsRegistry;
  readonly store: MetricsStore;
  readonly clock: Clock;
}

/** What the admin listener answers: scaling, metrics, and PromQL over the embedded store. */
export function adminRoutes({ status, metrics, store, clock }: AdminServices): readonly Route<unknown>[] {
  return [
    ...statusRoutes(status, clock),
    explainRoute(status, clock),
    decisionsRoute(status),
    {
      method: 'GET',
      path: '/metrics',
      handle: () =>
        new HttpResponse(metrics.text(), {
          headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        }),
    },
    { method: 'GET', path: '/healthz', handle: () => new HttpResponse('ok\n') },
    ...prometheusRoutes(store, clock),
  ];
}
