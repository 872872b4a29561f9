import { checkedValues } from '../checked-values.ts';
import type { CreateTrigger } from '../trigger.ts';
import { parseQuantity } from '../values/quantity.ts';

/**
 * Types `cpu` and `memory`: no scalers, but resource metrics of the HPA, which takes the replicas' use from the
 * snapshot. `Utilization` is a percentage of the request, `AverageValue` a quantity (cores or bytes).
 *
 * @see https://keda.sh/docs/latest/scalers/cpu/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const values = checkedValues(spec, dependencies);
  const isUtilization = spec.metricType === 'Utilization';
  const text = values.text('value');
  const metric = {
    name: `s${dependencies.index}-${spec.type}`,
    target: {
      kind: isUtilization ? 'Utilization' : 'AverageValue',
      value: (isUtilization ? Number(text) : parseQuantity(text)) ?? 0,
    },
    activationThreshold: null,
    resource: { containerName: values.text('containerName') || null },
  } as const;
  return {
    type: spec.type,
    metrics: () => [metric],
    read: () => Promise.resolve([]),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
};
