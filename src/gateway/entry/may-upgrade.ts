import type { IncomingMessage } from 'node:http';
import { answerUnderWay } from './answer-under-way.ts';

const offersH2c = /(?:^|,)\s*h2c\s*(?:,|$)/i;

/**
 * Whether an offer to switch protocols is one for the replica. A server may ignore any (RFC 9110, 7.8); then it is a plain
 * request.
 *
 * - h2c: Java's client offers it on every first request, also one with a body. Beside other protocols too: a replica that
 *   took it would get its further requests past admission and routes.
 * - behind a request that has not been answered yet: there cannot be two answers on one socket at a time.
 */
export const mayUpgrade = ({ headers, socket }: IncomingMessage): boolean =>
  !offersH2c.test(headers.upgrade ?? '') && answerUnderWay(socket) === null;
