import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { parsePartitions } from '../../src/autoscaler/triggers/catalogue/parse-partitions.ts';
import { loadTriggerDriver } from '../../src/autoscaler/triggers/catalog.ts';
import { triggerDependencies, triggerSpec } from '../../src/autoscaler/triggers/conformance.ts';
import { tubeJobs } from '../../src/autoscaler/triggers/drivers/beanstalkd/tube-jobs.ts';
import { latestDatapoint } from '../../src/autoscaler/triggers/drivers/graphite.ts';
import { partitionsOf } from '../../src/autoscaler/triggers/drivers/kafka.ts';
import { partitionLag } from '../../src/autoscaler/triggers/drivers/kafka/partition-lag.ts';
import { evenConsumers, factorsOf } from '../../src/autoscaler/triggers/drivers/kafka/total-lag.ts';
import { readJetStream } from '../../src/autoscaler/triggers/drivers/nats/consumer-lag.ts';
import { jetStreamUrl } from '../../src/autoscaler/triggers/drivers/nats/monitor-url.ts';
import {
  escapePostgresValue,
  postgresConnectionText,
} from '../../src/autoscaler/triggers/drivers/postgresql/connection-text.ts';
import { composeQueues } from '../../src/autoscaler/triggers/drivers/rabbitmq/queue-numbers.ts';
import { queuePlace } from '../../src/autoscaler/triggers/drivers/rabbitmq/queue-url.ts';
import { withoutSecrets } from '../../src/autoscaler/triggers/without-secrets.ts';
import { nowMs, type Case, type Fields } from './case.ts';

// Runs the published value cases of the triggers that ask servers. The cases are not part of this repository.
const folder = process.env['SLUICE_CONFORMANCE'];
const file = folder === undefined ? null : path.join(folder, 'scaler-values.json');

type Answer = (input: Fields, expect: Fields) => unknown;

/** An error is an answer too. */
const orError = (ask: () => object): unknown => {
  try {
    return { error: false, ...ask() };
  } catch {
    return { error: true };
  }
};

/** A rabbitmq trigger whose server gives one answer, and what it was asked. */
const rabbit = async (input: Fields): Promise<object> => {
  const metadata: Record<string, string> = { ...input['triggerMetadata'] };
  const hostVariable = metadata['hostFromEnv'] ?? '';
  const create = await loadTriggerDriver('rabbitmq');
  let asked = '';
  const dependencies = triggerDependencies({
    resolvedEnv: { [hostVariable]: 'http://user:pass@rabbit:15672/prefix/%2F' },
    fetch: (url) => {
      asked = new Request(url).url;
      return Promise.resolve(new Response(input['body'], { status: input['httpStatus'] ?? 200 }));
    },
  });
  try {
    await using trigger = create(triggerSpec('rabbitmq', metadata), dependencies);
    const [reading] = await trigger.read(nowMs, new AbortController().signal);
    const wanted = input['expectedRequest']?.replace('<path>', '/prefix').replace('<vhost>', '/%2F');
    if (wanted !== undefined) assert.equal(asked, `http://rabbit:15672${wanted}`);
    return { error: false, active: reading?.active, valueMilli: (reading?.value ?? 0) * 1000 };
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return { error: true };
  }
};

const queueNumbers = (queue: Fields): Parameters<typeof composeQueues>[1][number] => ({
  messages: queue['messages'],
  ready: queue['messages_ready'],
  publishRate: queue['message_stats'].publish_details.rate,
  deliverRate: queue['message_stats'].deliver_get_details.rate,
});
const compose: Answer = (input) =>
  orError(() => composeQueues(input['operation'], input['queues'].map(queueNumbers)));

const answers: Readonly<Record<string, Answer>> = {
  'graphite.response': ({ body, httpStatus }) =>
    orError(() => {
      assert.equal(httpStatus, 200);
      return { value: latestDatapoint(JSON.parse(body), 'query') };
    }),
  'rabbitmq.queueInfo': rabbit,
  'rabbitmq.regexQueueInfo': rabbit,
  'rabbitmq.singleVhost': rabbit,
  'rabbitmq.expectedConsumptionTime': rabbit,
  'rabbitmq.vhostPath': ({ rawPath, vhostName }) => {
    const place = queuePlace(rawPath, vhostName);
    return { path: place.path, vhostPath: place.vhost };
  },
  'rabbitmq.aggregate.sum': compose,
  'rabbitmq.compose': compose,
  'rabbitmq.redactError': ({ error }) => ({ message: `error inspecting RabbitMQ: ${withoutSecrets(error)}` }),
  'nats.url': ({ account, endpoint, useHttps }) => ({ url: jetStreamUrl({ endpoint, useHttps }, account) }),
  'nats.jsz': ({ jsz, triggerMetadata }, expect) =>
    orError(() => {
      const { account, accountID, consumer, stream } = triggerMetadata;
      const place = { account: accountID ?? account, consumer, stream };
      const { lag } = readJetStream(jsz, place).consumer();
      return {
        value: lag,
        active: lag > Number(triggerMetadata.activationLagThreshold ?? 0),
        ...pick(expect, 'lag', lag),
      };
    }),
  'kafka.partitionLag': (input) => {
    const { consumerOffset, partition, previousOffset, topic, topicPartitionOffsets } = input;
    return {
      error: false,
      ...partitionLag(
        {
          committed: consumerOffset,
          end: topicPartitionOffsets[topic]?.[partition] ?? null,
          previous: previousOffset ?? null,
        },
        {
          offsetResetPolicy: input['offsetResetPolicy'],
          scaleToZeroOnInvalidOffset: input['scaleToZeroOnInvalidOffset'] ?? false,
          excludePersistentLag: input['excludePersistentLag'] ?? false,
        },
      ),
    };
  },
  'kafka.partitionLimitation': ({ value }) => {
    const partitions = parsePartitions(value);
    return partitions === null ? { error: true } : { error: false, partitions };
  },
  'kafka.topicPartitions': ({ brokerPartitions, triggerMetadata }) => ({
    partitions: {
      [triggerMetadata.topic]: partitionsOf(brokerPartitions, triggerMetadata.partitionLimitation ?? ''),
    },
  }),
  'kafka.factors': ({ n }) => ({ factors: factorsOf(n) }),
  'kafka.evenDistribution': ({ lagThreshold, partitions, totalLag }) => ({
    consumers: evenConsumers(totalLag, partitions, lagThreshold),
  }),
  'postgresql.escape': ({ value }) => ({ escaped: escapePostgresValue(value) }),
  'postgresql.connectionString': ({ authParams, resolvedEnv, triggerMetadata }) => ({
    connection:
      authParams.connection ??
      resolvedEnv[triggerMetadata.connectionFromEnv] ??
      postgresConnectionText({ password: '', ...triggerMetadata, ...authParams }),
  }),
  'beanstalkd.tube': ({ stats, triggerMetadata }) => {
    const jobs = tubeJobs(stats, triggerMetadata.includeDelayed === 'true');
    return { value: jobs, active: jobs > Number(triggerMetadata.activationValue ?? 0) };
  },
};

function pick(expect: Fields, name: string, value: number): Record<string, number> {
  return name in expect ? { [name]: value } : {};
}

if (file === null || !existsSync(file)) {
  const skip = 'SLUICE_CONFORMANCE does not point at a folder with scaler-values.json';
  test('conformance: scaler-values.json, triggers of servers', { skip }, () => {});
} else {
  const parsed: { readonly cases: readonly Case[] } = JSON.parse(readFileSync(file, 'utf8'));
  describe('conformance: scaler-values.json, triggers of servers', () => {
    for (const item of parsed.cases) {
      const answer = answers[item.kind ?? ''];
      if (!answer) continue;
      test(`${item.id} ${item.note ?? ''}`, async () => {
        const want: Fields = Object(item.expect);
        const got: Fields = Object(await answer(item.input ?? {}, want));
        const told = Object.fromEntries(Object.keys(want).map((key) => [key, got[key]]));
        assert.deepEqual(told, want);
      });
    }
  });
}
