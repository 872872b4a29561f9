import { AppError } from '../../../contract/app-error.ts';
import { HttpHeaders } from '../../../platform/http-message.ts';
import { metricName } from '../metric-name.ts';
import { metricTarget, readTriggerParameters } from '../trigger-parameters.ts';
import type { CreateTrigger } from '../trigger.ts';
import { authProblems, applyAuth } from './prometheus/auth.ts';
import { createOauthToken } from './prometheus/oauth-token.ts';
import { prometheusParameters } from './prometheus/parameters.ts';
import { valueOfAnswer, valueOfVector } from './prometheus/result-value.ts';

const defaultTimeoutMs = 3000;
/** Cluster DNS: outside a cluster these names lead nowhere. */
const clusterHost = /\.svc(?:\.cluster\.local)?\.?$/i;
const unresolved = new Set(['ENOTFOUND', 'EAI_AGAIN']);

/**
 * One number from an instant PromQL query. An address in cluster DNS that does not resolve is answered by the embedded
 * store, so that a manifest written for a cluster works on a laptop; the log says so once.
 *
 * @see https://keda.sh/docs/latest/scalers/prometheus/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const { index, logger, target } = dependencies;
  const values = readTriggerParameters(prometheusParameters, spec, dependencies, authProblems, [
    // Removed from KEDA's prometheus trigger; the name no longer appears anywhere.
    'metricName',
  ]);
  const { ignoreNullValues, query, serverAddress, threshold } = values;
  const activationThreshold = values.activationThreshold ?? 0;
  const base = serverAddress.replace(/\/+$/, '');
  if (!URL.canParse(`${base}/api/v1/query`)) {
    throw new AppError(
      'invalid-argument',
      `Trigger ${index} (prometheus) of ${target}: expected a URL in serverAddress, received "${serverAddress}".`,
      { param: `spec.triggers[${index}].metadata.serverAddress` },
    );
  }
  const name = metricName(index, 'prometheus');
  const isClusterAddress = clusterHost.test(new URL(base).hostname);
  let useEmbedded = false;
  const modes = values.authModes ?? [];
  const needsTls = base.startsWith('https:') && (modes.includes('tls') || values.unsafeSsl === true);
  const oauthToken = modes.includes('oauth')
    ? createOauthToken(
        {
          tokenUrl: values.oauthTokenURI ?? '',
          clientId: values.clientID ?? '',
          clientSecret: values.clientSecret ?? '',
          scopes: values.scopes ?? [],
          endpointParams: values.endpointParams ?? {},
        },
        dependencies.fetch,
      )
    : null;

  const ask = async (nowMs: number, signal: AbortSignal): Promise<number> => {
    const url = new URL(`${base}/api/v1/query`);
    url.searchParams.set('query', query);
    // oxlint-disable-next-line no-restricted-globals -- writes a given time, asks for none
    url.searchParams.set('time', new Date(nowMs).toISOString());
    if (values.namespace !== null) url.searchParams.set('namespace', values.namespace);
    for (const [key, value] of Object.entries(values.queryParameters ?? {})) url.searchParams.set(key, value);
    // Not the global Headers, which loads all of fetch before it is known whether anybody is there to be asked.
    const headers = new HttpHeaders(values.customHeaders ?? {});
    applyAuth(values, url, headers);
    const timeoutMs = values.timeout ?? defaultTimeoutMs;
    const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    if (oauthToken) headers.set('authorization', `Bearer ${await oauthToken(nowMs, within)}`);
    const { ca, cert, key } = values;
    const answer = needsTls
      ? await (
          await import('./prometheus/get-over-tls.ts')
        ).getOverTls(url, headers, { ca, cert, key, unsafe: values.unsafeSsl === true }, within)
      : await dependencies.fetch(url, { headers: [...headers], signal: within });
    const text = await answer.text();
    if (!answer.ok) {
      throw new AppError(
        'upstream-failed',
        `Prometheus at ${base} answered ${answer.status}: ${text.slice(0, 200)}`,
      );
    }
    return valueOfAnswer(text, ignoreNullValues);
  };

  const read = async (nowMs: number, signal: AbortSignal): Promise<number> => {
    if (useEmbedded) return valueOfVector(await dependencies.query(query, nowMs), ignoreNullValues);
    try {
      return await ask(nowMs, signal);
    } catch (error) {
      if (isClusterAddress && isUnresolved(error)) {
        useEmbedded = true;
        logger.info({ event: 'prometheus-embedded', target, trigger: index, serverAddress: base });
        return valueOfVector(await dependencies.query(query, nowMs), ignoreNullValues);
      }
      if (error instanceof AppError || signal.aborted) throw error;
      throw new AppError('upstream-failed', `Prometheus at ${base} cannot be asked: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  };

  return {
    type: 'prometheus',
    metrics: () => [{ name, target: metricTarget(spec, threshold), activationThreshold }],
    read: async (nowMs, signal) => {
      const value = await read(nowMs, signal);
      return [{ name, value, active: value > activationThreshold }];
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
};

function isUnresolved(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && unresolved.has(String(cause.code));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
