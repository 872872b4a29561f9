import type { ServicePort, ServiceSpec } from './cluster-objects.ts';
import type { DeploymentSpec } from './deployment.ts';

/** What replicas speak: HTTP/1.1, or HTTP/2 without TLS. */
export type ReplicaProtocol = 'h2c' | 'http/1.1';

/** @see https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol */
export const protocolOf = (port: Pick<ServicePort, 'appProtocol'> | null | undefined): ReplicaProtocol =>
  port?.appProtocol === 'kubernetes.io/h2c' ? 'h2c' : 'http/1.1';

/** Does a Service's selector pick pods with these labels? An empty one picks none. */
export function selects(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([label, value]) => labels[label] === value);
}

/** Deployments whose pods carry all labels of the Service's selector. */
export function selectedBy<Workload extends Pick<DeploymentSpec, 'labels' | 'namespace'>>(
  { namespace, selector }: ServiceSpec,
  workloads: readonly Workload[],
): readonly Workload[] {
  return workloads.filter(
    (workload) => workload.namespace === namespace && selects(selector, workload.labels ?? {}),
  );
}

/** Of a Deployment that no route names a port of: what the first port of the first Service in front of it says. */
export function protocolOfDeployment(
  deployment: Pick<DeploymentSpec, 'labels' | 'namespace'>,
  services: readonly ServiceSpec[],
): ReplicaProtocol {
  const service = services.find((each) => selectedBy(each, [deployment]).length > 0);
  return protocolOf(service?.ports[0]);
}
