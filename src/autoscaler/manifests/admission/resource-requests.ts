import type { WrittenResources } from '../deployment.ts';
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
      'keda-requests-unseen',
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
    // The pod's own requests say nothing about one container: the HPA measures that one by its own.
    if (!only && workload.podResources && isSet(workload.podResources, trigger.type)) continue;
    for (const container of workload.containers) {
      if (only && container.name !== only) continue;
      if (isSet({ requests: container.requests, limits: container.limits ?? {} }, trigger.type)) continue;
      complain(
        'keda-requests',
        ['spec', 'triggers', index],
        `expected a ${trigger.type} request or limit in container "${container.name}" of ${kind} "${workload.name}"${only ? '' : ' or of its pods'}, found none. A percentage of nothing is nothing.`,
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

/** A request or a limit above 0. @see https://github.com/kedacore/keda/pull/8119 for those of the pod as a whole */
const isSet = ({ limits, requests }: WrittenResources, resource: string): boolean =>
  [requests[resource], limits[resource]].some((quantity) => Number.parseFloat(quantity ?? '0') > 0);
