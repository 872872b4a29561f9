import type { Duplex } from 'node:stream';

/**
 * The answer that node:http is sending on a socket, or will send next; null when none is due. node:http keeps it on the
 * socket, without a public name for it.
 */
export function answerUnderWay(socket: Duplex): { readonly headersSent: boolean } | null {
  const current: unknown = Reflect.get(socket, '_httpMessage');
  if (typeof current !== 'object' || current === null) return null;
  return { headersSent: Reflect.get(current, 'headersSent') === true };
}
