import { reportTwice, type Report } from './admission.ts';
import { toRouteSpecs } from './interceptor-route-specs.ts';
import type { RouteSurroundings } from './interceptor-route-target.ts';
import { hostsAnnotation, pathPrefixAnnotation } from './to-deployment.ts';

/** Says what is wrong with the routes of the HTTP add-on, and with triggers that name one. Without any it does nothing. */
export function admitRoutes(all: RouteSurroundings, report: Report): void {
  if (all.interceptorRoutes.length === 0) return;
  const specs = toRouteSpecs(all, report);
  reportTwice(all.interceptorRoutes, report);
  warnOfOwnRules(
    all,
    specs.map(({ target }) => target),
    report,
  );
  for (const object of all.scaledObjects) {
    for (const [index, { metadata, type }] of object.triggers.entries()) {
      const wanted = metadata['interceptorRoute'];
      if (!type.startsWith('external') || wanted === undefined) continue;
      const routes = all.interceptorRoutes.filter(
        ({ kind, namespace }) => kind === 'InterceptorRoute' && namespace === object.namespace,
      );
      // Without the add-on's objects a trigger names the scale target itself.
      if (wanted === object.scaleTargetRef.name || routes.some(({ name }) => name === wanted)) continue;
      report(
        object.source,
        'http-route',
        ['spec', 'triggers', index, 'metadata', 'interceptorRoute'],
        `there is no InterceptorRoute "${wanted}" in namespace "${object.namespace}" among the manifests; there are ${routes.map(({ name }) => `"${name}"`).join(', ') || 'none'}`,
        'warning',
      );
    }
  }
}

/** On a cluster only the route objects route. */
function warnOfOwnRules(all: RouteSurroundings, targets: readonly string[], report: Report): void {
  for (const { annotations, name, source } of all.deployments) {
    if (!targets.includes(name)) continue;
    for (const annotation of [hostsAnnotation, pathPrefixAnnotation]) {
      if (annotations[annotation] === undefined) continue;
      const message = `has no effect: routes lead to "${name}", and their rules say which requests it gets`;
      report(source, 'here-route', ['metadata', 'annotations', annotation], message, 'warning');
    }
  }
}
