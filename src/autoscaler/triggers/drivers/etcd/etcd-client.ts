import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import * as z from 'zod';
import { AppError } from '../../../../contract/app-error.ts';
import { askHttp } from '../http/ask-http.ts';
import { linesOf } from '../net/lines-of.ts';
import { tlsOptions } from '../net/tls-options.ts';
import type { TlsParameters } from '../net/tls-parameters.ts';

export interface EtcdPlace {
  /** At least one URL; the first that answers is asked. */
  readonly endpoints: readonly URL[];
  /** Empty: no sign-in. */
  readonly username: string;
  readonly password: string;
  readonly tls: TlsParameters | null;
  readonly fetch: typeof fetch;
}

const pairSchema = z.object({ value: z.string().nullish() });
const rangeSchema = z.object({ kvs: z.array(pairSchema).nullish() });
const tokenSchema = z.object({ token: z.string().min(1) });
const watchSchema = z.object({
  result: z
    .object({
      canceled: z.boolean().nullish(),
      events: z.array(z.object({ kv: pairSchema.nullish() })).nullish(),
    })
    .nullish(),
  error: z.unknown().optional(),
});

/** How long one endpoint may take. */
export const etcdTimeoutMs = 5000;
const encode = (text: string): string => Buffer.from(text).toString('base64');
const decode = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

/** Headers of somebody who has signed in. */
export type EtcdLogin = Readonly<Record<string, string>>;

/** etcd over the JSON gateway that every server has. @see https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/ */
export interface EtcdClient {
  /** Empty without a name, and where the server knows no users. */
  login(signal: AbortSignal): Promise<EtcdLogin>;
  /** The value of a key; null when there is none. */
  get(key: string, login: EtcdLogin, signal: AbortSignal): Promise<string | null>;
  /**
   * Calls `onValue` with every value the key gets from now on, until the stream ends.
   *
   * @throws Error when it cannot be opened or breaks.
   */
  watch(key: string, onValue: (value: string) => void, signal: AbortSignal): Promise<void>;
}

export function createEtcdClient(place: EtcdPlace): EtcdClient {
  const { endpoints, fetch, password, tls, username } = place;

  const post = async (
    path: string,
    body: unknown,
    headers: EtcdLogin,
    signal: AbortSignal,
    asked = 'etcd',
  ): Promise<unknown> => {
    let last: unknown = null;
    for (const endpoint of endpoints) {
      try {
        const question = {
          what: `${asked} at ${endpoint.origin}`,
          url: new URL(path, endpoint),
          body,
          headers,
          timeoutMs: etcdTimeoutMs,
          tls,
          secrets: [password],
          fetch,
        };
        return await askHttp(question, signal);
      } catch (error) {
        const answered = error instanceof AppError && 'status' in error.details;
        if (signal.aborted || answered) throw error;
        last = error;
      }
    }
    throw last;
  };

  const login = async (signal: AbortSignal): Promise<EtcdLogin> => {
    if (username === '') return {};
    try {
      const answer = await post(
        '/v3/auth/authenticate',
        { name: username, password },
        {},
        signal,
        'the sign-in',
      );
      return { authorization: tokenSchema.parse(answer).token };
    } catch (error) {
      if (error instanceof AppError && error.message.includes('authentication is not enabled')) return {};
      throw error;
    }
  };

  return {
    login,
    get: async (key, headers, signal) => {
      const answer = await post('/v3/kv/range', { key: encode(key) }, headers, signal);
      const [pair] = rangeSchema.parse(answer).kvs ?? [];
      return pair ? decode(pair.value ?? '') : null;
    },
    watch: async (key, onValue, signal) => {
      const [endpoint] = endpoints;
      if (!endpoint) return;
      const headers = { ...(await login(signal)), 'content-type': 'application/json' };
      const isTls = endpoint.protocol === 'https:';
      const options = { method: 'POST', headers, agent: false as const, signal };
      const url = new URL('/v3/watch', endpoint);
      const asked = isTls
        ? httpsRequest(url, { ...options, ...(tls ? tlsOptions(tls) : {}) })
        : httpRequest(url, options);
      // The gateway reads until the end of the request before it says its first word.
      asked.end(JSON.stringify({ create_request: { key: encode(key) } }));
      const [answer]: [IncomingMessage] = (await once(asked, 'response', { signal })) as [IncomingMessage];
      for await (const line of linesOf(answer)) {
        if (line.trim() === '') continue;
        const { error, result } = watchSchema.parse(JSON.parse(line));
        if (error !== undefined || result?.canceled) throw new Error('etcd has ended the watch');
        for (const { kv } of result?.events ?? []) onValue(decode(kv?.value ?? ''));
      }
    },
  };
}
