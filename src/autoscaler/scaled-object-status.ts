import type { ScaledObjectView } from '../contract/explanation.ts';
import type { DecisionState } from './decision/decision-state.ts';
import type { TriggerReading } from './decision/load-snapshot.ts';
import { pauseAnnotations } from './decision/keda/pause-annotations.ts';
import type { ScaledObjectSpec } from './manifests/scaled-object.ts';

/** What KEDA would write into the status of a ScaledObject, with its spelling; conditions are told elsewhere. */
export function scaledObjectStatus(
  object: Pick<ScaledObjectSpec, 'annotations' | 'hpaName' | 'name' | 'namespace'>,
  state: DecisionState,
  readings: readonly TriggerReading[],
): ScaledObjectView {
  const namesOf = (isResource: boolean): string[] =>
    readings
      .filter((reading) => reading.isResource === isResource)
      .map(({ metricName, type }) => (isResource ? type : metricName));
  return {
    namespace: object.namespace,
    name: object.name,
    status: {
      // KEDA deletes the HPA of a paused object.
      hpaName: pauseAnnotations(object.annotations).pause.paused ? null : object.hpaName,
      lastActiveTime: state.lastActiveMs === null ? null : timeText(state.lastActiveMs),
      originalReplicaCount: state.originalReplicas,
      pausedReplicaCount: state.pausedReplicas,
      externalMetricNames: namesOf(false),
      resourceMetricNames: namesOf(true),
      health: { ...state.health },
    },
  };
}

/** Whole seconds, as KEDA persists them. */
const timeText = (ms: number): string =>
  // oxlint-disable-next-line no-restricted-globals -- writes a given time, asks for none
  new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000', '');
