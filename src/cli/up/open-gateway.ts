import type { RouteSpec } from '../../autoscaler/manifests/interceptor-route-specs.ts';
import type { TargetSpec } from '../../autoscaler/manifests/target-spec.ts';
import { createAdmission } from '../../gateway/admit/create-admission.ts';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import type { HttpHandler } from '../../platform/http-server.ts';
import type { MetricsRegistry } from '../../platform/metrics.ts';
import type { AssemblyOptions } from './assemble.ts';
import { routesOf } from './routes-of.ts';

/**
 * The gateway in front of these targets, as the configuration says.
 *
 * @param routes of the HTTP add-on.
 * @param local what it answers itself.
 */
export function openGateway(
  { config, clock, logger }: AssemblyOptions,
  targets: readonly TargetSpec[],
  routes: readonly RouteSpec[],
  metrics: MetricsRegistry,
  local: (pathname: string) => HttpHandler | null,
): Promise<Gateway> {
  const { allowedHosts, coldStartHeader, maxPending, maxPendingBytes, holdTimeoutMs } = config.gateway;
  // Other programs have rules of their own.
  const own = new Set(targets.flatMap(({ name, launch }) => (launch.listens === 'socket' ? [name] : [])));
  const admission = createAdmission({ host: config.host, allowedHosts });
  return createGateway({
    listen: { host: config.host, port: config.port },
    routes: routesOf(targets, routes),
    hold: {
      maxPending,
      maxPendingTotal: maxPending,
      maxPendingBytes,
      maxPendingBytesTotal: maxPendingBytes,
      timeoutMs: holdTimeoutMs,
    },
    timeouts: { responseHeaderMs: config.gateway.responseHeaderTimeoutMs },
    coldStartHeader,
    local,
    admit: (target, caller) => {
      if (target === null || own.has(target)) admission(caller);
    },
    metrics,
    clock,
    logger,
  });
}
