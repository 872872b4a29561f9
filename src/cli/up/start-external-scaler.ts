import type { TargetSpec } from '../../autoscaler/manifests/target-spec.ts';
import type { SluiceConfig } from '../../contract/config.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';

/** Tells KEDA of the gateway's requests over gRPC, where a port is configured. @returns null where none is. */
export async function startExternalScaler(
  { externalScalerHost: host, externalScalerPort: port }: SluiceConfig['autoscaler'],
  targets: readonly TargetSpec[],
  gateway: Pick<Gateway, 'load' | 'onLoadChange'>,
  shared: { readonly clock: Clock; readonly logger: Logger },
): Promise<AsyncDisposable | null> {
  if (port === null) return null;
  const { openGatewayScaler } = await import('../../autoscaler/external-scaler/open-gateway-scaler.ts');
  return openGatewayScaler({
    host,
    port,
    targets: targets.map(({ name, launch }) => ({ name, slots: launch.slots })),
    load: (target) => gateway.load(target),
    onLoadChange: (listener) => gateway.onLoadChange(listener),
    ...shared,
  });
}
