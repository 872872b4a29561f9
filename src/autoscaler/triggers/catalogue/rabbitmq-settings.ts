import type { TriggerValues } from './trigger-values.ts';

/** The protocol of a rabbitmq trigger; `auto` goes by the scheme of the host. Null when neither says. */
export function rabbitProtocol(protocol: string, host: string): 'amqp' | 'http' | null {
  if (protocol === 'amqp' || protocol === 'http') return protocol;
  if (protocol !== 'auto') return null;
  const scheme = /^([a-z]+):/i.exec(host)?.[1]?.toLowerCase();
  if (scheme === 'amqp' || scheme === 'amqps') return 'amqp';
  return scheme === 'http' || scheme === 'https' ? 'http' : null;
}

/** What is measured and its target, with KEDA's defaults: nothing given is a queue length of 20. */
export function rabbitTarget(values: TriggerValues): { readonly mode: string; readonly target: number } {
  const length = values.number('queueLength');
  if (length !== 0) return { mode: 'QueueLength', target: length };
  const value = values.number('value');
  return value === 0 ? { mode: 'QueueLength', target: 20 } : { mode: values.text('mode'), target: value };
}
