import { servedMilli } from '../../src/autoscaler/decision/hpa/quantity.ts';
import { parsePartitions } from '../../src/autoscaler/triggers/catalogue/parse-partitions.ts';
import { metricName } from '../../src/autoscaler/triggers/metric-name.ts';
import { triggerSpec } from '../../src/autoscaler/triggers/conformance.ts';
import { parseParameters } from '../../src/autoscaler/triggers/parameters.ts';
import { metricTarget } from '../../src/autoscaler/triggers/trigger-parameters.ts';
import { valueByPath } from '../../src/autoscaler/triggers/values/dotted-path.ts';
import type { Fields } from './case.ts';
import { orError, type ValueAnswer } from './value-answer.ts';

/** Thousandths as the HPA gets them. What JSON cannot write is written as a text. */
const milliSign: ValueAnswer = ({ value }) => {
  const milli = servedMilli(Number(value ?? Number.NaN));
  return { value: milli / 1000, sign: milli > 0 ? 'positive' : milli < 0 ? 'negative' : 'zero' };
};

/** Pairs as parameters of triggers are read. */
const stringMap: ValueAnswer = ({ value: text }) => {
  const { problems, values } = parseParameters(
    { map: { names: ['map'], type: 'map', from: ['triggerMetadata'], optional: true } },
    { triggerMetadata: { map: text }, authParams: {}, resolvedEnv: {} },
  );
  const value = values?.map ?? {};
  // The function of these cases refuses a name that comes twice; where triggers read pairs, KEDA takes the last.
  const isTwice = Object.keys(value).length > 0 && text.split(',').length > Object.keys(value).length;
  return problems.length > 0 || isTwice ? { error: true } : { error: false, value };
};

const parsed = (value: unknown): object => (value === null ? { error: true } : { error: false, value });

/** What all triggers share. */
export const commonValues: Readonly<Record<string, ValueAnswer>> = {
  'common.metricType': ({ metricType }) =>
    orError(() => {
      const spec = { ...triggerSpec('prometheus', {}), metricType: metricType || null };
      const { kind } = metricTarget(spec, 1);
      return { metricType: kind, type: kind, value: kind };
    }),
  'common.metricTarget': ({ metricType, value }) =>
    orError(() => {
      const target = metricTarget(
        { ...triggerSpec('prometheus', {}), metricType: metricType || null },
        value,
      );
      return { type: target.kind, metricType: target.kind, value: target.value };
    }),
  'common.targetMilli': milliSign,
  'common.metricMilli': milliSign,
  'common.stripIndex': ({ metricName: name, triggerIndex }) => {
    const prefix = metricName(triggerIndex, '');
    return String(name).startsWith(prefix)
      ? { error: false, metricName: name.slice(prefix.length), name: name.slice(prefix.length) }
      : { error: true };
  },
  'common.normalizeString': ({ value }) => ({
    error: false,
    normalized: metricName(0, value).slice(metricName(0, '').length),
  }),
  'common.parseInt32List': ({ value }) => parsed(parsePartitions(value)),
  'common.parseRange': ({ from, to }: Fields) => parsed(parsePartitions(`${from}-${to}`)),
  'common.parseStringMap': stringMap,
  'common.parseStringList': stringMap,
  'common.valueByPath': ({ object, path }) => {
    const value = valueByPath(object, path);
    return value === undefined ? { error: true } : { error: false, value };
  },
};
