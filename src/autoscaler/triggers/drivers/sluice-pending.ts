import { metricName } from '../metric-name.ts';
import { metricTarget, readTriggerParameters } from '../trigger-parameters.ts';
import type { CreateTrigger } from '../trigger.ts';

const from = ['triggerMetadata'] as const;
const table = {
  threshold: { names: ['threshold'], type: 'float', from },
  activationThreshold: { names: ['activationThreshold'], type: 'float', from, default: '0' },
} as const;

/**
 * Our own: requests held plus requests being answered, straight from the gateway, never stale and never sampled.
 * On a cluster the gateway's `external-push` trigger says the same.
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const { activationThreshold, threshold } = readTriggerParameters(table, spec, dependencies, (values) =>
    values.threshold > 0
      ? []
      : ['threshold: expected a number > 0 (requests one replica should have at once)'],
  );
  const name = metricName(dependencies.index, 'sluice-pending');
  return {
    type: 'sluice-pending',
    metrics: () => [{ name, target: metricTarget(spec, threshold), activationThreshold }],
    read: () => {
      const { inFlight, pending, refusedAtMs } = dependencies.load();
      // A gateway that holds nothing refuses instead: somebody is asking all the same.
      const value = inFlight + pending + (refusedAtMs === undefined ? 0 : 1);
      return Promise.resolve([{ name, value, active: value > activationThreshold }]);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
};
