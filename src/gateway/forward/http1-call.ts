import { request, type Agent, type RequestOptions } from 'node:http';
import type { ReplicaAddress } from '../../contract/load.ts';
import { requestHeaders } from './message-headers.ts';
import type { OpenCall } from './upstream-call.ts';

export function addressOptions(address: ReplicaAddress): RequestOptions {
  return address.kind === 'unix' ? { socketPath: address.path } : { host: address.host, port: address.port };
}

/** Calls over HTTP/1.1, on the connections that the agent keeps. */
export function createHttp1Caller(agent: Agent): OpenCall {
  return (exchange, address, events) => {
    const call = request({
      ...addressOptions(address),
      agent,
      method: exchange.method,
      path: exchange.path,
      headers: requestHeaders(exchange),
    });
    call.on('socket', (socket) => {
      if (!socket.connecting) {
        events.connected();
        return;
      }
      socket.once('connect', events.connected);
      events.connecting();
    });
    call.on('continue', events.continued);
    call.on('error', (error) => events.failed(error, false));
    // Without somebody who listens node:http closes the connection and says nothing.
    call.on('upgrade', (_received, socket) => {
      socket.destroy();
      events.failed(new Error('the replica switched protocols, which nobody had asked for'), false);
    });
    call.on('response', (received) =>
      events.answered({
        status: received.statusCode ?? 502,
        message: received.statusMessage ?? '',
        rawHeaders: received.rawHeaders,
        connection: received.headers.connection,
        body: received,
        trailers: () => received.rawTrailers,
        isWhole: () => received.complete,
      }),
    );
    return call;
  };
}
