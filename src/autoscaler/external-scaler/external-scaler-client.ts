import { createGrpcClient, type GrpcClient } from './grpc-client.ts';
import type { GrpcPlace } from './grpc-connection.ts';
import { servicePath, type ScalerMethod } from './messages.ts';

/** Calls somebody's external scaler. */
export function createScalerClient({ address, tls }: GrpcPlace): GrpcClient<ScalerMethod> {
  return createGrpcClient({ what: `The external scaler at ${address}`, address, service: servicePath, tls });
}
