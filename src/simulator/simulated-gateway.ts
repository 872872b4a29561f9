import { createGatewayScaler, type GatewayScaler } from '../autoscaler/external-scaler/gateway-scaler.ts';
import type { RouteSpec } from '../autoscaler/manifests/interceptor-route-specs.ts';
import type { TriggerSpec } from '../autoscaler/manifests/scaled-object.ts';
import type { TargetSpec } from '../autoscaler/manifests/target-spec.ts';
import { pushFrom } from '../autoscaler/triggers/drivers/external/own-scaler.ts';
import { asksAddOn, scalerRef } from '../autoscaler/triggers/drivers/external/scaler-ref.ts';
import type { GatewayScalerAccess } from '../autoscaler/triggers/trigger.ts';
import type { LoadReport } from '../contract/load.ts';
import type { Clock } from '../platform/clock.ts';

/** The gateway as the external scaler of a simulated target. */
export interface SimulatedGateway {
  /** For the triggers; nobody else is asked in a simulation. */
  readonly access: GatewayScalerAccess;
  /** A request has arrived or ended. */
  loadChanged(): void;
  /** Begins to push, as a live gateway does, with a trigger's index. */
  begin(pushed: (index: number) => void): void;
  /** What of the routes is not simulated. */
  notes(): readonly string[];
}

export interface SimulatedGatewayOptions {
  readonly spec: TargetSpec;
  /** Those of other targets are left out. */
  readonly routes: readonly RouteSpec[];
  readonly load: () => LoadReport;
  readonly clock: Clock;
}

/** Does a trigger read what a simulated gateway knows? */
export const asksGateway = ({ metadata, type }: TriggerSpec): boolean =>
  (type === 'external' || type === 'external-push') && asksAddOn({ scalerMetadata: metadata });

/** @returns null where no trigger asks it. */
export function createSimulatedGateway(
  { clock, load, routes: all, spec }: SimulatedGatewayOptions,
  triggers: readonly TriggerSpec[],
): SimulatedGateway | null {
  if (!triggers.some(asksGateway)) return null;
  const { launch, name, scaledObject } = spec;
  const routes = all.filter(({ target }) => target === name);
  const scaler: GatewayScaler = createGatewayScaler({
    targets: [{ name, slots: launch.slots }],
    routes,
    load,
    clock,
  });
  const refOf = ({ metadata }: TriggerSpec): Parameters<GatewayScaler['isActive']>[0] =>
    scalerRef(
      { metadata },
      {
        namespace: scaledObject.namespace,
        objectName: scaledObject.name,
        resolvedEnv: spec.triggerEnvironment,
      },
    );
  return {
    access: { open: () => Promise.resolve(scaler), isOnly: true },
    loadChanged: () => scaler.loadChanged(name),
    begin: (pushed) => {
      for (const [index, trigger] of triggers.entries()) {
        if (trigger.type !== 'external-push' || !asksGateway(trigger)) continue;
        try {
          pushFrom(scaler, refOf(trigger), clock, () => pushed(index));
        } catch {
          // It names nothing here: each reading says so.
        }
      }
    },
    notes: () => [
      ...(routes.length > 1
        ? [`${routes.length} routes lead to ${name}: each request is counted for every one of them`]
        : []),
      ...routes.flatMap(({ name: route, placeholder, staticRoutes }) =>
        placeholder || staticRoutes.length > 0
          ? [`route ${route}: answers of the gateway's own are not simulated, every request wants a replica`]
          : [],
      ),
    ],
  };
}
