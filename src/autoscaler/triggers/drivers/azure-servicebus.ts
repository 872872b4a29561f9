import { AppError } from '../../../contract/app-error.ts';
import { compileRe2 } from '../../../timeseries/re2.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { combineCounts, serviceBusCounts, type ServiceBusCount } from '../values/service-bus-counts.ts';
import { parseServiceBusConnection, serviceBusToken } from './azure/service-bus-connection.ts';
import { askText } from './http/ask-text.ts';

const apiVersion = 'api-version=2021-05';
const pageSize = 100;
/** A namespace can have 10 000 queues. */
const maxPages = 200;
const tokenSeconds = 3600;

/**
 * Active messages of a queue or of a subscription of Azure Service Bus, or of all whose names match a pattern; by a
 * connection text.
 *
 * @see https://keda.sh/docs/latest/scalers/azure-service-bus/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const connection = parseServiceBusConnection(values.text('connection'));
  if (connection === null) {
    throw triggerProblems(spec, dependencies, [
      'connection: expected a connection text with Endpoint, SharedAccessKeyName and SharedAccessKey, or with SharedAccessSignature; workload identity is known only to a cluster',
    ]);
  }
  const topic = values.text('topicName');
  const name = topic === '' ? values.text('queueName') : values.text('subscriptionName');
  const ofTopic = topic === '' ? '' : `${pathOf(topic)}/Subscriptions`;
  const pattern = values.flag('useRegex') ? compileRe2(name) : null;
  const what = `Azure Service Bus at ${new URL(connection.address).host}`;

  const ask = async (
    path: string,
    nowMs: number,
    signal: AbortSignal,
  ): Promise<readonly ServiceBusCount[]> => {
    const url = new URL(`${connection.address}/${path}`);
    const authorization = serviceBusToken(url, connection, Math.floor(nowMs / 1000) + tokenSeconds);
    const secrets = [connection.key, connection.signature, authorization];
    const { text } = await askText(
      { what, url, headers: { authorization }, secrets, fetch: dependencies.fetch },
      signal,
    );
    return serviceBusCounts(text);
  };
  const active = ({ active: count, name: entity }: ServiceBusCount): number => {
    if (count !== null) return count;
    throw new AppError('upstream-failed', `${what} did not say how many messages ${entity} has.`);
  };
  const askAll = async (nowMs: number, signal: AbortSignal): Promise<readonly ServiceBusCount[]> => {
    const list = ofTopic === '' ? '$Resources/Queues' : ofTopic;
    const all: ServiceBusCount[] = [];
    for (let page = 0; page < maxPages; page += 1) {
      const path = `${list}?${apiVersion}&$skip=${all.length}&$top=${pageSize}`;
      const some = await ask(path, nowMs, signal);
      if (some.length === 0) break;
      all.push(...some);
    }
    return all;
  };

  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    if (pattern) {
      const all = await askAll(nowMs, signal);
      const counts = all.filter((entity) => pattern.test(entity.name)).map(active);
      return combineCounts(counts, values.text('operation'));
    }
    const path = ofTopic === '' ? pathOf(name) : `${ofTopic}/${pathOf(name)}`;
    const [entity] = await ask(`${path}?${apiVersion}`, nowMs, signal);
    if (entity) return active(entity);
    const missing = topic === '' ? `queue "${name}"` : `subscription "${name}" of topic "${topic}"`;
    throw new AppError('upstream-failed', `${what} has no ${missing}.`);
  });
};

/** Names may have slashes. */
const pathOf = (name: string): string => name.split('/').map(encodeURIComponent).join('/');
