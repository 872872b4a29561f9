import { targetOf } from '../target-of.ts';
import type { AdmissionRule } from './rule.ts';

/** Not KEDA's: on this machine a target is a process, and its Deployment must be among the files. */
export const targetExists: AdmissionRule = (object, all, complain) => {
  const { apiVersion, kind, name } = object.scaleTargetRef;
  const path = ['spec', 'scaleTargetRef'];
  if (kind !== 'Deployment' || !apiVersion.startsWith('apps/')) {
    complain(
      'here-target',
      [...path, 'kind'],
      `expected a Deployment of apps/v1, received ${kind} of ${apiVersion}: only Deployments become processes on this machine`,
    );
    return;
  }
  const deployment = targetOf(object, all.deployments);
  if (!deployment) {
    if (all.unreadableDeployments > 0) return;
    complain(
      'here-target',
      [...path, 'name'],
      `there is no Deployment "${name}" in namespace "${object.namespace}" among the manifests. Add it: it says what to run.`,
    );
  } else if (deployment.main.command.length === 0) {
    complain(
      'here-target',
      [...path, 'name'],
      `Deployment "${name}" (${deployment.source.file}:${deployment.source.line}) has no containers[0].command. Images are not run on this machine: write the program to start, for example ["python3", "-m", "http.server", "$(PORT)"].`,
    );
  }
};

/**
 * Not KEDA's either: here the name alone tells scale targets apart, in routes, metrics, `sluice explain` and the kept
 * state. Two of one name would share all of these.
 */
export const targetNameIsOne: AdmissionRule = (object, all, complain) => {
  const mine = targetOf(object, all.deployments);
  if (!mine) return;
  for (const other of all.scaledObjects.slice(0, all.scaledObjects.indexOf(object))) {
    const theirs = targetOf(other, all.deployments);
    if (!theirs || theirs.name !== mine.name || theirs.namespace === mine.namespace) continue;
    complain(
      'here-target',
      ['spec', 'scaleTargetRef', 'name'],
      `expected one scaled Deployment of a name, received "${mine.name}" of namespace "${mine.namespace}" (${mine.source.file}:${mine.source.line}) beside that of namespace "${theirs.namespace}" (${theirs.source.file}:${theirs.source.line}): on this machine the name alone tells them apart. Rename one, or run each namespace by itself, with a data directory and ports of its own.`,
    );
    return;
  }
};
