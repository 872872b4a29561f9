import type { TriggerValues } from './trigger-values.ts';

const direct = [
  'aggregatedClientTxByteRateTarget',
  'aggregatedClientAverageTxByteRateTarget',
  'aggregatedClientTxMsgRateTarget',
  'aggregatedClientAverageTxMsgRateTarget',
] as const;

/** Targets of Solace's triggers in KEDA's order, each with the end of its metric's name. */
const targets: Readonly<Record<string, readonly (readonly [parameter: string, ending: string])[]>> = {
  'solace-event-queue': [
    ['messageCountTarget', 'msgcount'],
    ['messageSpoolUsageTarget', 'msgspoolusage'],
    ['messageReceiveRateTarget', 'msgrcvrate'],
  ],
  'solace-direct-messaging': direct.map((name) => [name, name]),
};

/** The first of a Solace trigger's metrics that has a target: KEDA offers one for each. */
export function solaceMetric(
  type: string,
  values: Pick<TriggerValues, 'number'>,
): { readonly ending: string; readonly target: number } {
  const all = targets[type] ?? [];
  const [parameter = '', ending = ''] = all.find(([name]) => values.number(name) > 0) ?? all[0] ?? [];
  return { ending, target: values.number(parameter) };
}
