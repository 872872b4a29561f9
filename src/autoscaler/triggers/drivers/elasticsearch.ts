import { AppError } from '../../../contract/app-error.ts';
import type { TriggerValues } from '../catalogue/trigger-values.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { parseDecimal } from '../values/decimal.ts';
import { foundNumber } from '../values/found-number.ts';
import { jsonByPath } from '../values/json-path.ts';
import { searchTemplate } from '../values/search-template.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { basicAuth } from './http/basic-auth.ts';
import { keepReachable } from './http/keep-reachable.ts';
import { urlProblem } from './http/http-auth.ts';
import type { TlsParameters } from './net/tls-parameters.ts';

/** The address in an Elastic Cloud id: `name:base64(host$id$…)`. Null when it is none. */
export function cloudAddress(cloudId: string): string | null {
  const [host = '', id = ''] = Buffer.from(cloudId.split(':').at(-1) ?? '', 'base64')
    .toString('utf8')
    .split('$');
  const [name = '', port = '443'] = host.split(':');
  return name.includes('.') && id !== '' ? `https://${id}.${name}:${port}` : null;
}

/**
 * A number from a search: types `elasticsearch` and `opensearch`. Of several addresses the next is asked when one does
 * not answer.
 *
 * @see https://keda.sh/docs/latest/scalers/elasticsearch/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const location = values.text('valueLocation');
  const cloud = values.has('cloudID') ? cloudAddress(values.text('cloudID')) : null;
  const addresses = values.has('cloudID') ? (cloud === null ? [] : [cloud]) : values.list('addresses');
  const problems = [
    ...(addresses.length === 0 ? ['cloudID: expected the Cloud ID that Elastic shows'] : []),
    ...addresses.flatMap((address) => urlProblem('addresses', address)),
  ];
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const isTemplate = values.has('searchTemplateName');
  const path = `/${values.list('index').join(',')}/_search${isTemplate ? '/template' : ''}`;
  const body = isTemplate
    ? JSON.stringify(searchTemplate(values.text('searchTemplateName'), values.list('parameters')))
    : values.text('query');
  const tls = tlsOfSearch(values);
  const ignoreNullValues = values.flag('ignoreNullValues');
  const what = (address: string): string => `${spec.type} at ${new URL(address).origin}`;

  const ask = async (address: string, signal: AbortSignal): Promise<number> => {
    const { text } = await askText(
      {
        what: what(address),
        url: new URL(`${address.replace(/\/+$/, '')}${path}`),
        method: 'POST',
        headers: { 'content-type': 'application/json', ...authHeader(values) },
        body,
        tls,
        secrets: [values.text('password'), values.text('apiKey')],
        // An index that nobody has written to has no value, which may be nothing.
        accepts: (status) => (status >= 200 && status < 300) || (status === 404 && ignoreNullValues),
        fetch: dependencies.fetch,
      },
      signal,
    );
    const found = jsonByPath(jsonOf(text, what(address)), location);
    if ((found === undefined || found === null) && ignoreNullValues) return 0;
    if (typeof found !== 'string') return foundNumber(found, location);
    // Texts are decimals here, not quantities.
    const number = parseDecimal(found);
    if (number !== null) return number;
    throw new AppError(
      'upstream-failed',
      `valueLocation "${location}": expected a number, received "${found.slice(0, 80)}".`,
    );
  };

  const askAny = async (signal: AbortSignal): Promise<number> => {
    let last: unknown;
    for (const address of addresses) {
      try {
        return await ask(address, signal);
      } catch (error) {
        // An answer is an answer, even a refusal; only silence leads to the next address.
        if (signal.aborted || (error instanceof AppError && 'status' in error.details)) throw error;
        last = error;
      }
    }
    throw AppError.from(last);
  };

  const reachable = keepReachable({
    what: `${spec.type} at ${addresses.map((address) => new URL(address).origin).join(', ')}`,
    addresses: addresses.map((address) => new URL(address)),
    tls,
    fetch: dependencies.fetch,
  });
  return oneMetricTrigger(
    spec.type,
    trigger,
    (_nowMs, signal) => reachable.ask(signal, () => askAny(signal)),
    reachable,
  );
};

function authHeader(values: TriggerValues): Record<string, string> {
  // OpenSearch: whoever shows a certificate signs in by it alone.
  if (values.flag('enableTLS')) return {};
  if (values.has('apiKey')) return { authorization: `ApiKey ${values.text('apiKey')}` };
  if (!values.has('username')) return {};
  return { authorization: basicAuth(values.text('username'), values.text('password')) };
}

/** Certificates are parameters of OpenSearch only. */
function tlsOfSearch(values: TriggerValues): TlsParameters {
  const own = (name: string): string | null => (values.flag('enableTLS') ? values.text(name) || null : null);
  return {
    ca: values.text('caCert') || null,
    cert: own('clientCert'),
    key: own('clientKey'),
    keyPassword: null,
    unsafeSsl: values.flag('unsafeSsl'),
  };
}
