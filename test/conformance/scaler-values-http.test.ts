import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { checkTrigger } from '../../src/autoscaler/triggers/catalogue/check-trigger.ts';
import { loadTriggerDriver } from '../../src/autoscaler/triggers/catalog.ts';
import { triggerDependencies, triggerSpec } from '../../src/autoscaler/triggers/conformance.ts';
import { queueLength } from '../../src/autoscaler/triggers/drivers/aws-sqs-queue.ts';
import { azureQueueLength } from '../../src/autoscaler/triggers/drivers/azure-queue.ts';
import { templateBody } from '../../src/autoscaler/triggers/drivers/elasticsearch.ts';
import { activemqUrl } from '../../src/autoscaler/triggers/drivers/jolokia.ts';
import { lokiQueryUrl } from '../../src/autoscaler/triggers/drivers/loki.ts';
import { extractors } from '../../src/autoscaler/triggers/drivers/metrics-api.ts';
import { connectionText } from '../../src/autoscaler/triggers/drivers/mongodb/mongo-place.ts';
import { keepsAuth } from '../../src/autoscaler/triggers/drivers/pulsar.ts';
import { valueOfAnswer } from '../../src/autoscaler/triggers/drivers/prometheus/result-value.ts';
import { valueByPath } from '../../src/autoscaler/triggers/values/dotted-path.ts';

// What triggers over HTTP make of an answer, by the published conformance cases, which are not part of this repository.
const folder = process.env['SLUICE_CONFORMANCE'];
const file = folder === undefined ? null : path.join(folder, 'scaler-values.json');

type Texts = Readonly<Record<string, string>>;

/** Each kind has its own of these. */
interface Input {
  readonly approximateCount: number;
  readonly attributes: Texts;
  readonly authParams: Texts;
  readonly body: string;
  readonly configMapData: Texts;
  readonly format: string;
  readonly from: string;
  readonly ignoreNullValues: boolean;
  readonly meta: Texts;
  readonly namespace: string;
  readonly object: unknown;
  readonly path: string;
  readonly peeked: number;
  readonly queueLengthStrategy: string;
  readonly resolvedEnv: Texts;
  readonly serverAddress: string;
  readonly to: string;
  readonly triggerMetadata: Texts;
  readonly valueLocation: string;
}

const orError = async (answer: () => unknown): Promise<Readonly<Record<string, unknown>>> => {
  try {
    return { error: false, value: await answer() };
  } catch {
    return { error: true };
  }
};

const kinds: Readonly<Record<string, (input: Input) => unknown>> = {
  'loki.response': ({ body, ignoreNullValues }) => orError(() => valueOfAnswer(body, ignoreNullValues)),
  'loki.queryPath': ({ serverAddress }) => ({ error: false, path: lokiQueryUrl(serverAddress).pathname }),
  'metrics-api.extract': ({ body, format, valueLocation }) =>
    orError(() => extractors[format]?.(body, valueLocation)),
  'sqs.length': ({ attributes }) =>
    orError(() =>
      queueLength({ Attributes: attributes }, [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
      ]),
    ),
  'azure-queue.count': ({ approximateCount, peeked, queueLengthStrategy }) => ({
    value: azureQueueLength(queueLengthStrategy, approximateCount, peeked),
  }),
  'elasticsearch.query': ({ triggerMetadata }) => {
    const { parameters = '', searchTemplateName = '' } = triggerMetadata;
    return { query: templateBody(searchTemplateName, parameters.split(';')) };
  },
  'mongodb.connectionString': ({ authParams, resolvedEnv, triggerMetadata }) => {
    const checked = checkTrigger('mongodb', { triggerMetadata, authParams, resolvedEnv });
    return { connection: checked?.values ? connectionText(checked.values) : null };
  },
  'pulsar.redirectAuth': ({ from, to }) => ({ sendAuth: keepsAuth(from, to) }),
  'activemq.endpoint': ({ meta }) => {
    return { url: activemqUrl({ text: (name) => meta[name] ?? '' }) };
  },
  'common.valueByPath': ({ object, path: at }) => orError(() => valueByPath(object, at)),
  'kubernetes-resource.configMap': async ({ configMapData, namespace, triggerMetadata }) => {
    const create = await loadTriggerDriver('kubernetes-resource');
    const trigger = create(
      triggerSpec('kubernetes-resource', triggerMetadata),
      triggerDependencies({ namespace, configMap: () => configMapData }),
    );
    const [reading] = await trigger.read(0, new AbortController().signal);
    return { active: reading?.active, value: reading?.value };
  },
};

if (file === null || !existsSync(file)) {
  const skip = 'SLUICE_CONFORMANCE does not point at a folder with this file';
  test('conformance: scaler-values.json over HTTP', { skip }, () => {});
} else {
  const parsed: {
    readonly cases: readonly {
      readonly id: string;
      readonly kind: string;
      readonly input: Input;
      readonly expect: object;
    }[];
  } = JSON.parse(readFileSync(file, 'utf8'));
  describe('conformance: scaler-values.json over HTTP', () => {
    for (const { expect, id, input, kind } of parsed.cases) {
      const answer = kinds[kind];
      if (!answer) continue;
      test(id, async () => {
        const got: unknown = await answer(input);
        assert.partialDeepStrictEqual(got, expect);
      });
    }
  });
}
