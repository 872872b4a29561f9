import type { TargetSpec } from '../../autoscaler/manifests/target-spec.ts';
import type { Route } from '../../gateway/route/route.ts';

/**
 * Which requests go to which scale target. One target without hosts of its own takes everything. Several on one
 * listener are told apart by the hosts and path prefix of their Deployments, else by name: `http://<name>.localhost`.
 */
export function routesOf(
  specs: readonly (Pick<TargetSpec, 'name'> & {
    readonly deployment: Pick<TargetSpec['deployment'], 'hosts' | 'pathPrefix'>;
  })[],
): readonly Route[] {
  return specs.map(({ name, deployment: { hosts, pathPrefix } }) => {
    const paths = [pathPrefix];
    const isTold = specs.length === 1 || pathPrefix !== '/';
    const own = isTold ? [] : [`${name}.localhost`];
    return { name, target: name, rules: [{ hosts: hosts.length > 0 ? hosts : own, paths }] };
  });
}
