import assert from 'node:assert/strict';
import { servedMilli } from '../../src/autoscaler/decision/hpa/quantity.ts';
import { checkTrigger } from '../../src/autoscaler/triggers/catalogue/check-trigger.ts';
import {
  escapePostgresValue,
  postgresConnection,
  sqlServerConnection,
} from '../../src/autoscaler/triggers/catalogue/connection-texts.ts';
import { parsePartitions } from '../../src/autoscaler/triggers/catalogue/parse-partitions.ts';
import type { TriggerValues } from '../../src/autoscaler/triggers/catalogue/trigger-values.ts';
import { tubeJobs } from '../../src/autoscaler/triggers/drivers/beanstalkd/tube-jobs.ts';
import { partitionsOf } from '../../src/autoscaler/triggers/drivers/kafka.ts';
import { partitionLag } from '../../src/autoscaler/triggers/drivers/kafka/partition-lag.ts';
import { evenConsumers, factorsOf } from '../../src/autoscaler/triggers/drivers/kafka/total-lag.ts';
import { jetStreamUrl } from '../../src/autoscaler/triggers/drivers/nats/monitor-url.ts';
import {
  composeQueues,
  type QueueNumbers,
} from '../../src/autoscaler/triggers/drivers/rabbitmq/queue-numbers.ts';
import { queuePlace } from '../../src/autoscaler/triggers/drivers/rabbitmq/queue-url.ts';
import { withoutSecrets } from '../../src/autoscaler/triggers/without-secrets.ts';
import { runningWorkflowsQuery } from '../../src/autoscaler/triggers/values/temporal-query.ts';
import type { Fields } from './case.ts';
import { answering, orError, readingOf, type ValueAnswer } from './value-answer.ts';

/** A rabbitmq trigger whose server gives one answer, and what it was asked. */
export const rabbit: ValueAnswer = async (input) => {
  const metadata: Record<string, string> = input['triggerMetadata'];
  const wanted: string | undefined = input['expectedRequest'];
  // Where a case leaves the place open it does not matter, so the address gets a path before the virtual host.
  const place: string = input['vhostPath'] ?? (wanted && !wanted.includes('<path>') ? '' : '/prefix/%2F');
  let asked = '';
  const got = await orError(async () => {
    const { active, value } = await readingOf('rabbitmq', metadata, {
      resolvedEnv: { [metadata['hostFromEnv'] ?? '']: `http://user:pass@rabbit:15672${place}` },
      fetch: (url, init) => {
        asked = new Request(url).url;
        return answering(input)(url, init);
      },
    });
    return { active, valueMilli: servedMilli(value), value };
  });
  const request = wanted?.replace('<path>', '/prefix').replace('<vhost>', '/%2F');
  if (request !== undefined) assert.equal(asked, `http://rabbit:15672${request}`);
  return got;
};

const queueNumbers = (queue: Fields): QueueNumbers => ({
  messages: queue['messages'] ?? 0,
  ready: queue['messages_ready'] ?? 0,
  publishRate: queue['message_stats']?.publish_details?.rate ?? 0,
  deliverRate: queue['message_stats']?.deliver_get_details?.rate ?? 0,
});
const compose: ValueAnswer = ({ operation, queues }) =>
  orError(() => composeQueues(operation, queues.map(queueNumbers)));

/** A NATS server at localhost, in a cluster the leader; there is nobody elsewhere. */
const jetStream: ValueAnswer = ({ jsz, triggerMetadata }) =>
  orError(async () => {
    const { active, value } = await readingOf('nats-jetstream', triggerMetadata, {
      fetch: (address) => {
        const url = new URL(new Request(address).url);
        if (!/(?:^|\.)localhost$/.test(url.hostname)) return Promise.reject(new TypeError('no such host'));
        const names = ['leader', 'other-1', 'other-2'].map((name) => `${name}.localhost:8222`);
        const varz = { server_name: 'leader', cluster: { urls: names } };
        return Promise.resolve(Response.json(url.pathname === '/varz' ? varz : jsz));
      },
    });
    return { active, value, lag: value };
  });

/** What a database trigger makes of its parameters. */
const connectionOf =
  (type: string, textOf: (values: TriggerValues) => string): ValueAnswer =>
  ({ authParams = {}, resolvedEnv = {}, triggerMetadata }) =>
    orError(() => {
      const checked = checkTrigger(type, { triggerMetadata, authParams, resolvedEnv });
      if (!checked?.values || checked.problems.length > 0) throw new Error('the parameters are refused');
      return { connection: textOf(checked.values) };
    });

/** Triggers of servers with a protocol or an interface of their own. */
export const serverValues: Readonly<Record<string, ValueAnswer>> = {
  'rabbitmq.queueInfo': rabbit,
  'rabbitmq.regexQueueInfo': rabbit,
  'rabbitmq.singleVhost': rabbit,
  'rabbitmq.expectedConsumptionTime': rabbit,
  'rabbitmq.vhostPath': ({ rawPath, vhostName }) => {
    const place = queuePlace(rawPath, vhostName);
    return { path: place.path, vhostPath: place.vhost };
  },
  'rabbitmq.aggregate.sum': compose,
  'rabbitmq.aggregate.avg': compose,
  'rabbitmq.aggregate.max': compose,
  'rabbitmq.compose': compose,
  'rabbitmq.redactError': ({ error }) => ({
    message: `error inspecting RabbitMQ: ${withoutSecrets(error)}`,
  }),
  'nats.url': ({ account, endpoint, useHttps }) => ({ url: jetStreamUrl({ endpoint, useHttps }, account) }),
  'nats.jsz': jetStream,
  'kafka.partitionLag': (input) =>
    orError(() => {
      const { consumerOffset, partition, previousOffset, topic, topicPartitionOffsets } = input;
      return partitionLag(
        {
          committed: consumerOffset,
          end: topicPartitionOffsets?.[topic]?.[partition] ?? null,
          previous: previousOffset ?? null,
        },
        {
          offsetResetPolicy: input['offsetResetPolicy'] ?? 'latest',
          scaleToZeroOnInvalidOffset: input['scaleToZeroOnInvalidOffset'] ?? false,
          excludePersistentLag: input['excludePersistentLag'] ?? false,
        },
      );
    }),
  'kafka.partitionLimitation': ({ value }) => {
    const partitions = parsePartitions(value);
    return partitions === null ? { error: true } : { error: false, partitions };
  },
  'kafka.topicPartitions': ({ brokerPartitions, triggerMetadata }) => ({
    partitions: {
      [triggerMetadata.topic]: partitionsOf(
        brokerPartitions,
        triggerMetadata.partitionLimitation ? parsePartitions(triggerMetadata.partitionLimitation) : null,
      ),
    },
  }),
  'kafka.factors': ({ n }) => ({ factors: factorsOf(n) }),
  'kafka.evenDistribution': ({ lagThreshold, partitions, totalLag }) => ({
    consumers: evenConsumers(totalLag, partitions, lagThreshold),
  }),
  'postgresql.escape': ({ value }) => ({ escaped: escapePostgresValue(value) }),
  'postgresql.connectionString': connectionOf('postgresql', postgresConnection),
  'mssql.connectionString': connectionOf('mssql', sqlServerConnection),
  'temporal.countQuery': ({ meta }) =>
    orError(() => ({
      query: runningWorkflowsQuery({
        taskQueue: meta.TaskQueue ?? '',
        workflowTaskQueueForCount: meta.WorkflowTaskQueueForCount ?? '',
        workerDeploymentName: meta.WorkerDeploymentName ?? '',
        workerDeploymentBuildId: meta.WorkerDeploymentBuildID ?? '',
        usesBuildIds: Boolean(meta.BuildID || meta.AllActive || meta.Unversioned),
      }),
    })),
  'beanstalkd.tube': ({ stats, triggerMetadata }) =>
    orError(() => {
      const jobs = tubeJobs(stats, triggerMetadata.includeDelayed === 'true');
      return { value: jobs, active: jobs > Number(triggerMetadata.activationValue ?? 0) };
    }),
};
