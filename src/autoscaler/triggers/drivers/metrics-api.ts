import { AppError } from '../../../contract/app-error.ts';
import { HttpHeaders } from '../../../platform/http-message.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { foundNumber } from '../values/found-number.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { createHttpAuth, urlProblem } from './http/http-auth.ts';

/** The number at a location of an answer, by its format. */
export const extractors: Readonly<
  Record<string, (text: string, location: string) => number | Promise<number>>
> = {
  json: async (text, location) => {
    const { jsonByPath } = await import('../values/json-path.ts');
    return foundNumber(jsonByPath(jsonOf(text, 'The address'), location), location);
  },
  yaml: async (text, location) => {
    const [{ parse }, { valueByPath }] = await Promise.all([
      import('yaml'),
      import('../values/dotted-path.ts'),
    ]);
    let document: unknown;
    try {
      document = parse(text);
    } catch (cause) {
      throw new AppError('upstream-failed', 'The address answered with something that is not YAML.', {
        cause,
      });
    }
    return foundNumber(valueByPath(document, location), location);
  },
  xml: async (text, location) => {
    const { parseXml, xmlByPath } = await import('../values/xml-path.ts');
    return foundNumber(xmlByPath(parseXml(text), location), location);
  },
  prometheus: async (text, location) => {
    const { prometheusSample } = await import('../values/prometheus-text.ts');
    return prometheusSample(text, location);
  },
};

/**
 * A number picked from an HTTP answer.
 *
 * @see https://keda.sh/docs/latest/scalers/metrics-api/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const address = values.text('url');
  const problems = urlProblem('url', address);
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  if (values.flag('aggregateFromKubeServiceEndpoints')) {
    throw new AppError(
      'unsupported',
      `Trigger ${dependencies.index} (metrics-api) of ${dependencies.target}: aggregateFromKubeServiceEndpoints asks the endpoints of a Kubernetes Service, which exist only on a cluster. Ask one address here.`,
    );
  }
  const auth = createHttpAuth(values, dependencies);
  const extract = extractors[values.text('format')] ?? extractors['json'];
  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    const url = new URL(address);
    const headers = new HttpHeaders();
    await auth.sign(url, headers, nowMs, signal);
    const { text } = await askText(
      {
        what: `The address ${new URL(address).origin}`,
        url,
        headers,
        ...(values.has('timeout') ? { timeoutMs: values.number('timeout') } : {}),
        tls: auth.tls,
        secrets: auth.secrets,
        accepts: (status) => status === 200,
        fetch: dependencies.fetch,
      },
      signal,
    );
    return (await extract?.(text, values.text('valueLocation'))) ?? 0;
  });
};
