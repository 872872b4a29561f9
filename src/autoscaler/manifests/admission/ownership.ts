import type { AdmissionRule } from './rule.ts';

const transferAnnotation = 'scaledobject.keda.sh/transfer-hpa-ownership';
const ignoreAnnotation = 'validations.keda.sh/hpa-ownership';

/** One ScaledObject a workload, one a name of an HPA. The later of two is the one that is refused. */
export const oneOwner: AdmissionRule = (object, all, complain) => {
  const others = all.scaledObjects.slice(0, all.scaledObjects.indexOf(object));
  for (const other of others) {
    if (other.namespace !== object.namespace || other.name === object.name) continue;
    const [mine, theirs] = [object.scaleTargetRef, other.scaleTargetRef];
    if (mine.name === theirs.name && mine.kind === theirs.kind && mine.apiVersion === theirs.apiVersion) {
      complain(
        'keda-one-owner',
        ['spec', 'scaleTargetRef', 'name'],
        `${mine.kind} "${mine.name}" is already scaled by ScaledObject "${other.name}" (${other.source.file}:${other.source.line}); two would fight`,
      );
    }
    if (other.hpaName === object.hpaName) {
      complain(
        'keda-one-owner',
        ['spec', 'advanced', 'horizontalPodAutoscalerConfig', 'name'],
        `HPA "${object.hpaName}" already belongs to ScaledObject "${other.name}"`,
      );
    }
  }
};

/** An HPA of somebody else on the same workload, unless one of them says that this is meant. */
export const foreignHpa: AdmissionRule = (object, all, complain) => {
  for (const hpa of all.horizontalPodAutoscalers) {
    const { apiVersion, kind, name } = object.scaleTargetRef;
    const target = hpa.scaleTargetRef;
    if (hpa.namespace !== object.namespace || target.name !== name || target.kind !== kind) continue;
    if (target.apiVersion.split('/')[0] !== apiVersion.split('/')[0]) continue;
    if (hpa.owners.includes(object.name) || hpa.annotations[ignoreAnnotation] === 'false') continue;
    // Without an explicit name the generated one would be a second HPA, even with the annotation.
    const adopts = object.annotations[transferAnnotation] === 'true' && object.hpaNameGiven === hpa.name;
    if (adopts) continue;
    complain(
      'keda-foreign-hpa',
      ['spec', 'scaleTargetRef', 'name'],
      `${kind} "${name}" is already scaled by the HPA "${hpa.name}" (${hpa.source.file}:${hpa.source.line}). Delete it, or adopt it: annotation ${transferAnnotation}: "true" and horizontalPodAutoscalerConfig.name: ${hpa.name}`,
    );
  }
};
