import { isResource, workloadOf, type AdmissionRule } from './rule.ts';

/** cpu and memory need something to be a share of, and cannot wake a target from zero. */
export const resourceTriggers: AdmissionRule = (object, all, complain) => {
  const { apiVersion, kind, name } = object.scaleTargetRef;
  if (!apiVersion.startsWith('apps/') || (kind !== 'Deployment' && kind !== 'StatefulSet')) return;
  const wanted = object.triggers.filter(({ type }) => isResource(type));
  if (wanted.length === 0) return;
  const workload = workloadOf(object, all);
  if (!workload && (kind !== 'Deployment' || all.unreadableDeployments === 0)) {
    complain(
      'keda-requests',
      ['spec', 'scaleTargetRef', 'name'],
      `expected ${kind} "${name}" among the manifests: cpu and memory triggers are checked against its requests`,
    );
  }
  const defaults = new Set(
    all.limitRanges
      .filter(({ namespace }) => namespace === object.namespace)
      .flatMap((range) => range.defaults),
  );
  for (const [index, trigger] of object.triggers.entries()) {
    if (!isResource(trigger.type) || !workload || defaults.has(trigger.type)) continue;
    const only = trigger.metadata['containerName']?.trim();
    for (const container of workload.containers) {
      if (only && container.name !== only) continue;
      if (Number.parseFloat(container.requests[trigger.type] ?? '0') > 0) continue;
      complain(
        'keda-requests',
        ['spec', 'triggers', index],
        `expected a ${trigger.type} request or limit in container "${container.name}" of ${kind} "${workload.name}", found none. A percentage of nothing is nothing.`,
      );
    }
  }
  if (wanted.length === object.triggers.length && (object.minReplicaCount ?? 0) === 0) {
    complain(
      'keda-resource-only-zero',
      ['spec', 'minReplicaCount'],
      'expected at least 1: cpu and memory alone can never wake a target from 0. Set it, or add another trigger.',
    );
  }
};
