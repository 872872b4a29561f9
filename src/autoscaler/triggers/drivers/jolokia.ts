import { AppError } from '../../../contract/app-error.ts';
import type { TriggerValues } from '../catalogue/trigger-values.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { basicAuth } from './http/basic-auth.ts';
import { urlProblem } from './http/http-auth.ts';
import { tlsOf } from './net/tls-of.ts';

const withScheme = (address: string): string =>
  /^https?:\/\//.test(address) ? address : `http://${address}`;

/** Where ActiveMQ tells the size of a queue. */
export function activemqUrl(values: Pick<TriggerValues, 'text'>): string {
  const template = values.text('restAPITemplate');
  if (template !== '') return template;
  const endpoint = withScheme(values.text('managementEndpoint'));
  return `${endpoint}/api/jolokia/read/org.apache.activemq:type=Broker,brokerName=${values.text('brokerName')},destinationType=Queue,destinationName=${values.text('destinationName')}/QueueSize`;
}

/** Where ActiveMQ Artemis tells the length of a queue. */
export function artemisUrl(values: Pick<TriggerValues, 'text'>): string {
  const template = values.text('restApiTemplate');
  if (template !== '') return template;
  const endpoint = withScheme(values.text('managementEndpoint'));
  const [address, broker, queue] = ['brokerAddress', 'brokerName', 'queueName'].map((name) =>
    values.text(name),
  );
  return `${endpoint}/console/jolokia/read/org.apache.activemq.artemis:broker="${broker}",component=addresses,address="${address}",subcomponent=queues,routing-type="anycast",queue="${queue}"/MessageCount`;
}

/**
 * Messages in a queue of ActiveMQ (`activemq`) or of its successor (`artemis-queue`), through Jolokia.
 *
 * @see https://keda.sh/docs/latest/scalers/activemq/
 * @see https://keda.sh/docs/latest/scalers/artemis/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const isArtemis = spec.type === 'artemis-queue';
  const address = withScheme(isArtemis ? artemisUrl(values) : activemqUrl(values));
  const problems = urlProblem('managementEndpoint', address);
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const password = values.text('password');
  const { origin } = new URL(address);
  const what = `${isArtemis ? 'Artemis' : 'ActiveMQ'} at ${origin}`;
  const tls = tlsOf(values);
  const authorization = basicAuth(values.text('username'), password);
  const secrets = [password, authorization.replace(/^Basic /, '')];
  const headers = {
    authorization,
    // Jolokia answers only whom it may expect.
    origin: values.text('corsHeader') || origin,
  };
  return oneMetricTrigger(spec.type, trigger, async (_nowMs, signal) => {
    const { text } = await askText(
      {
        what,
        url: new URL(address),
        headers,
        tls,
        secrets,
        accepts: (status) => status === 200,
        fetch: dependencies.fetch,
      },
      signal,
    );
    return jolokiaValue(jsonOf(text, what), what, secrets);
  });
};

/** Jolokia says in the body whether it went well. */
export function jolokiaValue(answer: unknown, what: string, secrets: readonly string[] = []): number {
  if (typeof answer === 'object' && answer !== null && 'value' in answer && 'status' in answer) {
    if (answer.status === 200 && typeof answer.value === 'number') return answer.value;
  }
  const error =
    typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : 'no value';
  throw new AppError(
    'upstream-failed',
    `${what}: expected the number of messages, received ${withoutSecrets(error, secrets).slice(0, 200)}.`,
  );
}
