import type { ServicePort, ServiceSpec } from './cluster-objects.ts';
import type { DeploymentSpec } from './deployment.ts';
import type { InterceptorRouteSpec, ServiceRef } from './interceptor-route.ts';
import type { ManifestSet } from './manifest-set.ts';
import { protocolOf, selectedBy, type ReplicaProtocol } from './service-protocol.ts';

/** What routes are resolved against. */
export interface RouteSurroundings extends Pick<
  ManifestSet,
  'configMaps' | 'deployments' | 'interceptorRoutes' | 'scaledObjects' | 'services' | 'statefulSets'
> {
  /** Above 0 no Deployment is called missing. @defaultValue 0 */
  readonly unreadableDeployments?: number;
}

/** Says what is wrong with a route, or with `warning` what is worth knowing. */
export type RouteComplain = (
  rule: 'here-route' | 'http-route' | 'http-service',
  path: readonly PropertyKey[],
  message: string,
  severity?: 'warning',
) => void;

/** Who answers a route. */
export interface RouteTarget {
  readonly deployment: DeploymentSpec;
  readonly protocol: ReplicaProtocol;
}

/** Asked in place of replicas that did not become ready: another scale target, or a server that we do not start. */
export type RouteFallback =
  | { readonly kind: 'target'; readonly name: string; readonly protocol: ReplicaProtocol }
  | {
      readonly name: string;
      readonly host: string;
      readonly port: number;
      readonly protocol: ReplicaProtocol;
    };

type Place = Pick<InterceptorRouteSpec, 'kind' | 'namespace'>;

const targetPath = ({ kind }: Place): readonly PropertyKey[] =>
  kind === 'InterceptorRoute' ? ['spec', 'target'] : ['spec', 'scaleTargetRef'];
const fallbackPath = ({ kind }: Place): readonly PropertyKey[] =>
  kind === 'InterceptorRoute'
    ? ['spec', 'coldStart', 'fallback', 'service']
    : ['spec', 'coldStartTimeoutFailoverRef'];

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
const placeOf = ({ source }: { readonly source: ServiceSpec['source'] }): string =>
  `${source.file}:${source.line}`;

/** The Deployment behind a route's Service; null after a complaint. */
export function routeTarget(
  route: InterceptorRouteSpec,
  all: RouteSurroundings,
  complain: RouteComplain,
): RouteTarget | null {
  const path = targetPath(route);
  const { service: name } = route.target;
  const service = serviceOf(name, route, all);
  const port = service ? portOf(service, route.target, path, complain) : null;
  if (service && !port) return null;
  const deployment = service
    ? deploymentBehind(service, route, all, complain)
    : deploymentNamed(route.deployment ?? name, route, all, complain);
  if (!deployment) return null;
  if (!isScaled(deployment, all)) {
    complain(
      'here-route',
      [...path, 'service'],
      `nothing scales Deployment "${deployment.name}" (${placeOf(deployment)}), and only what a ScaledObject scales is run here. Add one with a trigger external-push.`,
    );
    return null;
  }
  warnOfOtherPort(service, port, deployment, path, complain);
  return { deployment, protocol: protocolOf(port) };
}

/** Who is asked when nothing became ready in time; null without such a wish, and after a complaint. */
export function routeFallback(
  route: InterceptorRouteSpec,
  all: RouteSurroundings,
  complain: RouteComplain,
): RouteFallback | null {
  const { fallback, namespace } = route;
  if (!fallback) return null;
  const path = fallbackPath(route);
  const name = fallback.service;
  const service = serviceOf(name, route, all);
  if (!service && typeof fallback.port === 'string') {
    complain(
      'here-route',
      [...path, 'portName'],
      `there is no Service "${name}" in namespace "${namespace}" among the manifests to look the port "${fallback.port}" up in. Add it, or write port.`,
    );
    return null;
  }
  const servicePort = service ? portOf(service, fallback, path, complain) : null;
  if (servicePort === undefined) return null;
  const port = servicePort?.port ?? Number(fallback.port);
  const protocol = protocolOf(servicePort);
  if (service?.externalName) return { name, host: service.externalName, port, protocol };
  const behind = service
    ? selectedBy(service, all.deployments)
    : all.deployments.filter((deployment) => deployment.name === name && deployment.namespace === namespace);
  const scaled = behind.find((deployment) => isScaled(deployment, all));
  if (scaled) return { kind: 'target', name: scaled.name, protocol };
  const host = `${name}.${namespace}.svc.cluster.local`;
  const [stopped] = behind;
  complain(
    'here-route',
    path,
    stopped
      ? `nothing scales Deployment "${stopped.name}" (${placeOf(stopped)}), so it is not run here: the fallback asks ${host} instead, and where that leads nowhere requests get 502. Give it a ScaledObject with minReplicaCount: 1.`
      : `no Deployment among the manifests answers Service "${name}": the fallback asks ${host}, and where that leads nowhere requests get 502`,
    'warning',
  );
  return { name, host, port, protocol };
}

const serviceOf = (name: string, { namespace }: Place, all: RouteSurroundings): ServiceSpec | undefined =>
  all.services.find((service) => service.name === name && service.namespace === namespace);

const isScaled = ({ name, namespace }: DeploymentSpec, { scaledObjects }: RouteSurroundings): boolean =>
  scaledObjects.some((object) => object.namespace === namespace && object.scaleTargetRef.name === name);

function portOf(
  service: ServiceSpec,
  wanted: ServiceRef,
  path: readonly PropertyKey[],
  complain: RouteComplain,
): ServicePort | undefined {
  const found = service.ports.find(({ name, port }) => port === wanted.port || name === wanted.port);
  if (found) return found;
  const ports = service.ports.map(({ name, port }) => (name === null ? `${port}` : `${port} (${name})`));
  const has = ports.length === 0 ? 'no ports' : `the ports ${ports.join(', ')}`;
  complain(
    'http-service',
    [...path, typeof wanted.port === 'number' ? 'port' : 'portName'],
    `expected a port of Service "${service.name}" (${placeOf(service)}), which has ${has}, received ${JSON.stringify(wanted.port)}`,
  );
  return undefined;
}

function deploymentBehind(
  service: ServiceSpec,
  route: InterceptorRouteSpec,
  all: RouteSurroundings,
  complain: RouteComplain,
): DeploymentSpec | null {
  const path = [...targetPath(route), 'service'];
  const selected = selectedBy(service, all.deployments);
  const named = selected.find(({ name }) => name === route.deployment);
  const scaled = selected.filter((deployment) => isScaled(deployment, all));
  const [chosen] = named ? [named] : [...scaled, ...selected];
  if (chosen) {
    if (route.deployment !== null && !named) {
      complain(
        'http-service',
        path,
        `Service "${service.name}" (${placeOf(service)}) leads to Deployment ${quoted(selected.map(({ name }) => name))}, not to "${route.deployment}", which is scaled`,
      );
      return null;
    }
    if (!named && scaled.length > 1) {
      complain(
        'here-route',
        path,
        `several Deployments answer Service "${service.name}": ${quoted(scaled.map(({ name }) => name))}. Here "${chosen.name}" alone gets the requests.`,
        'warning',
      );
    }
    return chosen;
  }
  if ((all.unreadableDeployments ?? 0) > 0) return null;
  const labels = Object.entries(service.selector).map(([label, value]) => `${label}: ${value}`);
  const [stateful] = selectedBy(service, all.statefulSets);
  let why: string;
  if (service.externalName !== null) {
    why = `Service "${service.name}" (${placeOf(service)}) leads out of the cluster; a route needs replicas that can be started`;
  } else if (stateful) {
    why = `StatefulSet "${stateful.name}" answers Service "${service.name}"; only Deployments become processes on this machine`;
  } else {
    why = `no Deployment among the manifests answers Service "${service.name}" (${placeOf(service)}): none has pods labelled ${labels.join(', ') || 'at all, and the Service selects none'}`;
  }
  complain('here-route', path, why);
  return null;
}

/** Without its Service only the name can tell. */
function deploymentNamed(
  name: string,
  route: InterceptorRouteSpec,
  all: RouteSurroundings,
  complain: RouteComplain,
): DeploymentSpec | null {
  const { namespace } = route;
  const path = [...targetPath(route), 'service'];
  const { service } = route.target;
  const found = all.deployments.find(
    (deployment) => deployment.name === name && deployment.namespace === namespace,
  );
  if (found) {
    complain(
      'here-route',
      path,
      `there is no Service "${service}" in namespace "${namespace}" among the manifests: requests go to the Deployment "${name}" all the same; a cluster needs the Service`,
      'warning',
    );
    return found;
  }
  if ((all.unreadableDeployments ?? 0) === 0) {
    complain(
      'here-route',
      path,
      `there is no Service "${service}" in namespace "${namespace}" among the manifests, and no Deployment of that name. Add the Service: its selector says which Deployment answers.`,
    );
  }
  return null;
}

/** A replica has one port here, the first of its container. */
function warnOfOtherPort(
  service: ServiceSpec | undefined,
  port: ServicePort | null | undefined,
  { main, name }: DeploymentSpec,
  path: readonly PropertyKey[],
  complain: RouteComplain,
): void {
  if (!service || !port || main.containerPort === null) return;
  if (typeof port.targetPort !== 'number' || port.targetPort === main.containerPort) return;
  complain(
    'here-route',
    [...path, 'service'],
    `port ${port.port} of Service "${service.name}" leads to port ${port.targetPort} of the pods, and the first port of Deployment "${name}" is ${main.containerPort}. A replica has one port here: the one it finds in PORT.`,
    'warning',
  );
}
