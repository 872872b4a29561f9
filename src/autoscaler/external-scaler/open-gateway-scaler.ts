import type { LoadReport } from '../../contract/load.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import { createGatewayScaler } from './gateway-scaler.ts';
import { serveExternalScaler, type ExternalScalerServer } from './serve-external-scaler.ts';

export interface OpenGatewayScalerOptions {
  /** Where KEDA connects; 0.0.0.0 inside a cluster. */
  readonly host: string;
  readonly port: number;
  readonly targets: readonly { readonly name: string; readonly slots: number }[];
  readonly load: (target: string) => LoadReport;
  /** The gateway's word on each arrival and each end. @returns a function that stops it. */
  readonly onLoadChange: (listener: (target: string) => void) => () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * The gateway as an external scaler, listening; disposing ends it.
 *
 * @throws AppError `unavailable` when the port is taken.
 */
export async function openGatewayScaler(options: OpenGatewayScalerOptions): Promise<ExternalScalerServer> {
  const { clock, host, load, logger, port, targets } = options;
  const service = createGatewayScaler({ targets, load, clock });
  const server = await serveExternalScaler({ service, host, port, clock, logger });
  const stop = options.onLoadChange((target) => service.loadChanged(target));
  return {
    host: server.host,
    port: server.port,
    [Symbol.asyncDispose]: async () => {
      stop();
      await server[Symbol.asyncDispose]();
    },
  };
}
