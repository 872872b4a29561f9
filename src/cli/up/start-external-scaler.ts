import type { SluiceConfig } from '../../contract/config.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { LazyGatewayScaler } from './gateway-scaler.ts';

/**
 * Tells KEDA of the gateway's requests over gRPC, where a port is configured; over TLS where a certificate is.
 *
 * @returns null without a port.
 * @throws AppError `invalid-argument` for certificates that are of no use, `unavailable` when the port is taken.
 */
export async function startExternalScaler(
  config: SluiceConfig['autoscaler'],
  scaler: LazyGatewayScaler,
  shared: { readonly clock: Clock; readonly logger: Logger },
): Promise<AsyncDisposable | null> {
  const { externalScalerHost: host, externalScalerPort: port } = config;
  if (port === null) return null;
  const [{ serveExternalScaler }, { readServerTls }] = await Promise.all([
    import('../../autoscaler/external-scaler/serve-external-scaler.ts'),
    import('../../autoscaler/external-scaler/read-server-tls.ts'),
  ]);
  const read = () =>
    readServerTls(
      { key: 'autoscaler.externalScalerCertFile', file: config.externalScalerCertFile },
      { key: 'autoscaler.externalScalerKeyFile', file: config.externalScalerKeyFile },
      { key: 'autoscaler.externalScalerClientCaFile', file: config.externalScalerClientCaFile },
    );
  const tls = await read();
  await using stack = new AsyncDisposableStack();
  const server = stack.use(
    await serveExternalScaler({ service: await scaler.open(), host, port, tls, ...shared }),
  );
  if (tls) {
    const { followServerTls } = await import('../../autoscaler/external-scaler/follow-server-tls.ts');
    stack.use(followServerTls({ current: tls, read, onChange: server.useTls, ...shared }));
  }
  return stack.move();
}
