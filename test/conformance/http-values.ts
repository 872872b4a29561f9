import { checkTrigger } from '../../src/autoscaler/triggers/catalogue/check-trigger.ts';
import { queueLength } from '../../src/autoscaler/triggers/drivers/aws-sqs-queue.ts';
import { azureQueueLength } from '../../src/autoscaler/triggers/drivers/azure-queue.ts';
import { activemqUrl, artemisUrl } from '../../src/autoscaler/triggers/drivers/jolokia.ts';
import { lokiQueryUrl } from '../../src/autoscaler/triggers/drivers/loki.ts';
import { connectionText } from '../../src/autoscaler/triggers/drivers/mongodb/mongo-place.ts';
import { keepsAuth } from '../../src/autoscaler/triggers/drivers/pulsar.ts';
import { searchTemplate } from '../../src/autoscaler/triggers/values/search-template.ts';
import type { Fields } from './case.ts';
import { answering, orError, readingOf, type ValueAnswer } from './value-answer.ts';

const flag = (input: Fields, name: string): string => String(input[name] ?? true);

/** A connection of a trigger that is not asked: what its parameters make of it. */
const checkedValues = (type: string, { authParams = {}, resolvedEnv = {}, triggerMetadata }: Fields) =>
  checkTrigger(type, { triggerMetadata, authParams, resolvedEnv })?.values ?? null;

const searchQuery: ValueAnswer = ({ triggerMetadata }) => {
  const { parameters = '', searchTemplateName = '' } = triggerMetadata;
  return { query: searchTemplate(searchTemplateName, parameters.split(';')) };
};

/** An object among the manifests; every other name is missing. */
const kubernetesResource: ValueAnswer = ({ configMapData, namespace, secretData, triggerMetadata }) =>
  orError(async () => {
    const { active, value } = await readingOf('kubernetes-resource', triggerMetadata, {
      namespace,
      configMap: (kind) => (kind === 'Secret' ? secretData : configMapData) ?? null,
    });
    return { active, value };
  });

/** Triggers over HTTP. */
export const httpValues: Readonly<Record<string, ValueAnswer>> = {
  'prometheus.response': (input) =>
    orError(() =>
      readingOf(
        'prometheus',
        {
          serverAddress: 'http://prometheus:9090',
          query: 'up',
          threshold: '1',
          ignoreNullValues: flag(input, 'ignoreNullValues'),
        },
        { fetch: answering(input) },
      ),
    ),
  'loki.response': (input) =>
    orError(() =>
      readingOf(
        'loki',
        {
          serverAddress: 'http://loki:3100',
          query: 'sum(rate({job="web"}[1m]))',
          threshold: '1',
          ignoreNullValues: flag(input, 'ignoreNullValues'),
        },
        { fetch: answering(input) },
      ),
    ),
  'loki.queryPath': ({ serverAddress }) => orError(() => ({ path: lokiQueryUrl(serverAddress).pathname })),
  'graphite.response': (input) =>
    orError(() =>
      readingOf(
        'graphite',
        {
          serverAddress: 'http://graphite',
          query: 'sumSeries(metric)',
          queryTime: '-10Minutes',
          threshold: '1',
        },
        { fetch: answering(input) },
      ),
    ),
  'metrics-api.extract': (input) =>
    orError(() =>
      readingOf(
        'metrics-api',
        {
          url: 'http://service/metrics',
          valueLocation: input['valueLocation'],
          format: input['format'] || 'json',
          targetValue: '1',
        },
        { fetch: answering(input) },
      ),
    ),
  'sqs.length': ({ attributes, scaleOnDelayed = false, scaleOnInFlight = true }) =>
    orError(() => ({
      value: queueLength({ Attributes: attributes }, [
        'ApproximateNumberOfMessages',
        ...(scaleOnInFlight ? ['ApproximateNumberOfMessagesNotVisible'] : []),
        ...(scaleOnDelayed ? ['ApproximateNumberOfMessagesDelayed'] : []),
      ]),
    })),
  'azure-queue.count': ({ approximateCount, peeked, queueLengthStrategy = 'all' }) => ({
    error: false,
    value: azureQueueLength(queueLengthStrategy, approximateCount, peeked),
  }),
  'elasticsearch.query': searchQuery,
  'opensearch.query': searchQuery,
  'ibmmq.response': (input) =>
    orError(() =>
      readingOf(
        'ibmmq',
        {
          host: 'http://mq/ibmmq/rest/v2/admin/action/qmgr/QM1/mqsc',
          queueName: 'Q',
          username: 'u',
          password: 'p',
        },
        { fetch: answering(input) },
      ),
    ),
  'mongodb.connectionString': (input) =>
    orError(() => {
      const values = checkedValues('mongodb', input);
      if (!values) throw new Error('the parameters are refused');
      return { connection: connectionText(values) };
    }),
  'pulsar.redirectAuth': ({ from, to }) => ({ sendAuth: keepsAuth(from, to) }),
  'activemq.endpoint': ({ meta }) =>
    orError(() => ({ url: activemqUrl({ text: (name) => meta[name] ?? '' }) })),
  'artemis.endpoint': ({ meta }) =>
    orError(() => ({ url: artemisUrl({ text: (name) => meta[name] ?? '' }) })),
  'kubernetes-resource.configMap': kubernetesResource,
  'kubernetes-resource.secret': kubernetesResource,
};
