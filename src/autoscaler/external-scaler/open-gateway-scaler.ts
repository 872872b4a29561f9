import { createGatewayScaler, type GatewayScaler, type GatewayScalerOptions } from './gateway-scaler.ts';

export interface OpenGatewayScalerOptions extends GatewayScalerOptions {
  /** The gateway's word on each arrival and each end. @returns a function that stops it. */
  readonly onLoadChange: (listener: (target: string) => void) => () => void;
}

/** The gateway as an external scaler that follows its load; disposing ends that. */
export function openGatewayScaler(options: OpenGatewayScalerOptions): GatewayScaler & Disposable {
  const scaler = createGatewayScaler(options);
  const stop = options.onLoadChange((target) => scaler.loadChanged(target));
  return { ...scaler, [Symbol.dispose]: stop };
}
