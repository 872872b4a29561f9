import type { TargetSpec } from '../../autoscaler/manifests/target-spec.ts';
import type { RouteRule } from '../../gateway/route/route-rule.ts';

/**
 * Which requests go to which scale target. One target without hosts of its own takes everything. Several on one
 * listener are told apart by the hosts and path prefix of their Deployments, else by name: `http://<name>.localhost`.
 */
export function routesOf(
  specs: readonly (Pick<TargetSpec, 'name'> & {
    readonly deployment: Pick<TargetSpec['deployment'], 'hosts' | 'pathPrefix'>;
  })[],
): readonly RouteRule[] {
  return specs.map(({ name, deployment: { hosts, pathPrefix } }) => {
    const paths = [pathPrefix];
    if (hosts.length > 0) return { target: name, hosts, paths };
    const isTold = specs.length === 1 || pathPrefix !== '/';
    return isTold ? { target: name, paths } : { target: name, hosts: [`${name}.localhost`], paths };
  });
}
