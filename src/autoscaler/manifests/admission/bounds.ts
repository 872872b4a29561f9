import type { AdmissionRule } from './rule.ts';

const maxNameLength = 63;

/** Names must fit a label. */
export const nameLengths: AdmissionRule = ({ name, hpaName }, _all, complain) => {
  if (name.length > maxNameLength) {
    complain(
      'keda-name-length',
      ['metadata', 'name'],
      `expected at most ${maxNameLength} characters, received ${name.length}`,
    );
  } else if (hpaName.length > maxNameLength) {
    complain(
      'keda-name-length',
      ['spec', 'advanced', 'horizontalPodAutoscalerConfig', 'name'],
      `expected at most ${maxNameLength} characters for the name of the HPA, "${hpaName}" has ${hpaName.length}`,
    );
  }
};

/** idle < min <= max. */
export const replicaBounds: AdmissionRule = (object, _all, complain) => {
  const { idleReplicaCount: idle, maxReplicaCount: max } = object;
  const min = object.minReplicaCount ?? 0;
  if (min > max) {
    complain(
      'keda-bounds',
      ['spec', 'minReplicaCount'],
      `expected at most maxReplicaCount (${max}), received ${min}`,
    );
  }
  // As in KEDA: an explicit 0 counts as 1 here, so `min: 0, idle: 0` passes and `idle: 0` alone does not.
  const minForIdle = object.minReplicaCount === 0 ? 1 : min;
  if (idle !== null && idle >= minForIdle) {
    complain(
      'keda-bounds',
      ['spec', 'idleReplicaCount'],
      `expected less than minReplicaCount (${minForIdle}), received ${idle}. Only 0 works well: with more, KEDA and the HPA pull against each other.`,
    );
  }
};
