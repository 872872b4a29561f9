import type { SluiceConfig } from '../../contract/config.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { LazyGatewayScaler } from './gateway-scaler.ts';

/** Tells KEDA of the gateway's requests over gRPC, where a port is configured. @returns null where none is. */
export async function startExternalScaler(
  { externalScalerHost: host, externalScalerPort: port }: SluiceConfig['autoscaler'],
  scaler: LazyGatewayScaler,
  shared: { readonly clock: Clock; readonly logger: Logger },
): Promise<AsyncDisposable | null> {
  if (port === null) return null;
  const { serveExternalScaler } = await import('../../autoscaler/external-scaler/serve-external-scaler.ts');
  return serveExternalScaler({ service: await scaler.open(), host, port, ...shared });
}
