import type { RouteSpec } from '../../autoscaler/manifests/interceptor-route-specs.ts';
import type { TargetSpec } from '../../autoscaler/manifests/target-spec.ts';
import type { Route } from '../../gateway/route/route.ts';

/**
 * Which requests go to which scale target. Where routes of the HTTP add-on lead to a target, only those do, as on a
 * cluster. One target without routes and hosts of its own takes everything; several on one listener are told apart by the
 * hosts and path prefix of their Deployments, else by name: `http://<name>.localhost`.
 */
export function routesOf(
  specs: readonly (Pick<TargetSpec, 'name' | 'protocol'> & {
    readonly deployment: Pick<TargetSpec['deployment'], 'hosts' | 'pathPrefix'>;
  })[],
  routes: readonly RouteSpec[],
): readonly Route[] {
  const routed = new Set(routes.map(({ target }) => target));
  const others = specs.filter(({ name }) => !routed.has(name));
  const plain = others.map(({ name, protocol = 'http/1.1', deployment: { hosts, pathPrefix } }) => {
    const paths = [pathPrefix];
    const isTold = specs.length === 1 || pathPrefix !== '/';
    const own = isTold ? [] : [`${name}.localhost`];
    return { name, target: name, protocol, rules: [{ hosts: hosts.length > 0 ? hosts : own, paths }] };
  });
  return [...routes, ...plain];
}
