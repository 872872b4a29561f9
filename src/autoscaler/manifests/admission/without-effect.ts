import { pauseAnnotations } from '../../decision/keda/pause-annotations.ts';
import type { AdmissionRule } from './rule.ts';

/** Settings that mean nothing while minReplicaCount is above 0 and there is no idleReplicaCount. */
export const withoutEffect: AdmissionRule = (object, _all, complain) => {
  if ((object.minReplicaCount ?? 0) === 0 || object.idleReplicaCount !== null) return;
  const isWritten = (name: string): boolean => object.written?.has(name) ?? false;
  if (isWritten('cooldownPeriod')) {
    complain(
      'no-effect-cooldown',
      ['spec', 'cooldownPeriod'],
      'has no effect: it only delays the way to zero, and minReplicaCount is above 0',
      'warning',
    );
  }
  // What a poll has read is served to the HPA with useCachedMetrics, and the composite of a formula is looked at.
  const readsPolls =
    Boolean(object.scalingModifiers?.formula) || object.triggers.some((trigger) => trigger.useCachedMetrics);
  if (isWritten('pollingInterval') && !readsPolls) {
    complain(
      'no-effect-polling',
      ['spec', 'pollingInterval'],
      'has no effect: it only matters for waking from zero, and minReplicaCount is above 0',
      'warning',
    );
  }
};

const booleans = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;
const switches = ['paused', 'paused-scale-in', 'paused-scale-out', 'force-activation'];

/** Annotations whose text means something else than it says. */
export const pauseAnnotationTexts: AdmissionRule = ({ annotations }, _all, complain) => {
  const { error } = pauseAnnotations(annotations);
  const key = (name: string): string => `autoscaling.keda.sh/${name}`;
  if (error !== null) {
    complain('keda-paused-replicas', ['metadata', 'annotations', key('paused-replicas')], error);
  }
  for (const name of switches) {
    const text = annotations[key(name)];
    if (text === undefined || booleans.test(text)) continue;
    complain(
      'annotation-counts-as-true',
      ['metadata', 'annotations', key(name)],
      `"${text}" counts as true: KEDA takes every text but Go's false as true. Write "true" or "false".`,
      'warning',
    );
  }
};
