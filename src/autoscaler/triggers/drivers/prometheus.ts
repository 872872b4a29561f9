import { AppError } from '../../../contract/app-error.ts';
import { HttpHeaders } from '../../../platform/http-message.ts';
import { metricName } from '../metric-name.ts';
import { authModes } from '../catalogue/rules/authentication-rules.ts';
import { triggerValues } from '../catalogue/trigger-values.ts';
import { isUnresolved } from '../resolve-host.ts';
import { metricTarget, readTriggerParameters } from '../trigger-parameters.ts';
import type { CreateTrigger } from '../trigger.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { askText } from './http/ask-text.ts';
import { createHttpAuth } from './http/http-auth.ts';
import { prometheusParameters } from './prometheus/parameters.ts';
import { valueOfAnswer, valueOfVector } from './prometheus/result-value.ts';

/** Cluster DNS: outside a cluster these names lead nowhere. */
const clusterHost = /\.svc(?:\.cluster\.local)?\.?$/i;

/**
 * One number from an instant PromQL query. An address in cluster DNS that does not resolve is answered by the embedded
 * store, so that a manifest written for a cluster works on a laptop; the log says so once.
 *
 * @see https://keda.sh/docs/latest/scalers/prometheus/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const { index, logger, target } = dependencies;
  const values = readTriggerParameters(
    prometheusParameters,
    spec,
    dependencies,
    (parsed) => authModes(triggerValues(parsed)),
    [
      // Removed from KEDA's prometheus trigger; the name no longer appears anywhere.
      'metricName',
    ],
  );
  const { ignoreNullValues, query, serverAddress, threshold } = values;
  const activationThreshold = values.activationThreshold ?? 0;
  const base = serverAddress.replace(/\/+$/, '');
  if (!URL.canParse(`${base}/api/v1/query`)) {
    throw new AppError(
      'invalid-argument',
      `Trigger ${index} (prometheus) of ${target}: expected a URL in serverAddress, received "${withoutSecrets(serverAddress)}".`,
      { param: `spec.triggers[${index}].metadata.serverAddress` },
    );
  }
  const name = metricName(index, 'prometheus');
  const isClusterAddress = clusterHost.test(new URL(base).hostname);
  let useEmbedded = false;
  const auth = createHttpAuth(triggerValues(values), dependencies);
  const { host, pathname, protocol } = new URL(base);
  // A user and password of the address are not shown.
  const what = `Prometheus at ${protocol}//${host}${pathname.replace(/\/+$/, '')}`;

  const ask = async (nowMs: number, signal: AbortSignal): Promise<number> => {
    const url = new URL(`${base}/api/v1/query`);
    url.searchParams.set('query', query);
    // oxlint-disable-next-line no-restricted-globals -- writes a given time, asks for none
    url.searchParams.set('time', new Date(nowMs).toISOString());
    if (values.namespace !== null) url.searchParams.set('namespace', values.namespace);
    for (const [key, value] of Object.entries(values.queryParameters ?? {})) url.searchParams.set(key, value);
    const headers = new HttpHeaders(values.customHeaders ?? {});
    await auth.sign(url, headers, nowMs, signal);
    const { text } = await askText(
      {
        what,
        url,
        headers,
        ...(values.timeout === null ? {} : { timeoutMs: values.timeout }),
        tls: auth.tls,
        secrets: auth.secrets,
        fetch: dependencies.fetch,
      },
      signal,
    );
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
      throw error;
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
