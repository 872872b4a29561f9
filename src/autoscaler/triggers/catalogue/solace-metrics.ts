import type { TriggerValues } from './trigger-values.ts';

/** One of the metrics that a trigger of Solace offers. */
export interface SolaceMetric {
  /** Without the trigger's index, not yet normalised. */
  readonly name: string;
  readonly target: number;
}

interface Target {
  readonly parameter: string;
  /** Of the metric's name. */
  readonly ending: string;
  /** Of the parameter, in what is measured. */
  readonly unit: number;
}

const plain = (parameter: string, ending = parameter): Target => ({ parameter, ending, unit: 1 });

/** Targets in KEDA's order. Spool usage is written in megabytes and measured in bytes. */
const targets: Readonly<Record<string, readonly Target[]>> = {
  'solace-event-queue': [
    plain('messageCountTarget', 'msgcount'),
    { parameter: 'messageSpoolUsageTarget', ending: 'msgspoolusage', unit: 2 ** 20 },
    plain('messageReceiveRateTarget', 'msgrcvrate'),
  ],
  'solace-direct-messaging': [
    plain('aggregatedClientTxByteRateTarget'),
    plain('aggregatedClientAverageTxByteRateTarget'),
    plain('aggregatedClientTxMsgRateTarget'),
    plain('aggregatedClientAverageTxMsgRateTarget'),
  ],
};

/** KEDA offers one metric for each target above 0; without any the first, for messages. None for other types. */
export function solaceMetrics(
  type: string,
  values: Pick<TriggerValues, 'number' | 'text'>,
): readonly SolaceMetric[] {
  const all = targets[type] ?? [];
  const given = all.filter(({ parameter }) => values.number(parameter) > 0);
  const base =
    type === 'solace-event-queue'
      ? `solace-${values.text('queueName')}`
      : `solace-dm-${values.text('clientNamePattern')}`;
  return (given.length > 0 ? given : all.slice(0, 1)).map(({ ending, parameter, unit }) => ({
    name: `${base}-${ending}`,
    target: values.number(parameter) * unit,
  }));
}
