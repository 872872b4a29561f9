import type { GatewayScaler } from '../../autoscaler/external-scaler/gateway-scaler.ts';
import type { RouteSpec } from '../../autoscaler/manifests/interceptor-route-specs.ts';
import type { TargetSpec } from '../../autoscaler/manifests/target-spec.ts';
import type { GatewayScalerAccess } from '../../autoscaler/triggers/trigger.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Clock } from '../../platform/clock.ts';

/** The gateway as an external scaler, opened when somebody first asks for it: most manifests never do. */
export interface LazyGatewayScaler extends GatewayScalerAccess, AsyncDisposable {
  open(): Promise<GatewayScaler>;
}

export function lazyGatewayScaler(
  gateway: Pick<Gateway, 'load' | 'onLoadChange' | 'routeLoad'>,
  targets: readonly Pick<TargetSpec, 'launch' | 'name'>[],
  routes: readonly RouteSpec[],
  clock: Clock,
): LazyGatewayScaler {
  let opened: Promise<GatewayScaler & Disposable> | null = null;
  const open = async (): Promise<GatewayScaler & Disposable> => {
    const { openGatewayScaler } = await import('../../autoscaler/external-scaler/open-gateway-scaler.ts');
    return openGatewayScaler({
      targets: targets.map(({ name, launch }) => ({ name, slots: launch.slots })),
      routes,
      load: (target) => gateway.load(target),
      routeLoad: (route) => gateway.routeLoad(route),
      onLoadChange: (listener) => gateway.onLoadChange(listener),
      clock,
    });
  };
  return {
    open: () => (opened ??= open()),
    [Symbol.asyncDispose]: async () => (await opened)?.[Symbol.dispose](),
  };
}
