import { createGrpcClient, type GrpcClient, type GrpcTls } from './grpc-client.ts';
import { servicePath, type ScalerMethod } from './messages.ts';

export interface ScalerClientOptions {
  /** `host:port`. */
  readonly address: string;
  /** Null: plain HTTP/2. */
  readonly tls: GrpcTls | null;
}

/** Calls somebody's external scaler. */
export function createScalerClient({ address, tls }: ScalerClientOptions): GrpcClient<ScalerMethod> {
  return createGrpcClient({ what: `The external scaler at ${address}`, address, service: servicePath, tls });
}
