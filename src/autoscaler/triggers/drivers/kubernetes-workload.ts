import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import type { CreateTrigger } from '../trigger.ts';
import { labelSelector } from '../values/label-selector.ts';

/**
 * How many replicas have the labels: of every scale target that runs here, by the labels of its pod template. There is
 * one node here, so `groupByNode` counts 1 when there is any.
 *
 * @see https://keda.sh/docs/latest/scalers/kubernetes-workload/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const fits = labelSelector(trigger.values.text('podSelector'));
  const groupByNode = trigger.values.flag('groupByNode');
  return oneMetricTrigger(spec.type, trigger, () => {
    const pods = dependencies
      .pods()
      .filter((pod) => pod.namespace === dependencies.namespace && fits(pod.labels)).length;
    return Promise.resolve(groupByNode ? Math.min(1, pods) : pods);
  });
};
