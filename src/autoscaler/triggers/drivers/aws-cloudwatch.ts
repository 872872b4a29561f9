import { AppError } from '../../../contract/app-error.ts';
import type { TriggerValues } from '../catalogue/trigger-values.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import type { CreateTrigger } from '../trigger.ts';
import {
  cloudwatchResult,
  cloudwatchWindow,
  queryParameters,
  type QueryInput,
} from '../values/cloudwatch-metric.ts';
import { awsService } from './aws/aws-service.ts';

/**
 * The newest value of a CloudWatch metric or expression. Without one it is `minMetricValue`, or an error where
 * `ignoreNullValues` is false.
 *
 * @see https://keda.sh/docs/latest/scalers/aws-cloudwatch/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const cloudwatch = awsService({ title: 'CloudWatch', service: 'monitoring' }, values, spec, dependencies);
  const query = metricQuery(values);
  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    const { end, start } = cloudwatchWindow(nowMs, {
      period: values.number('metricStatPeriod'),
      endOffset: values.number('metricEndTimeOffset'),
      collection: values.number('metricCollectionTime'),
    });
    const input = queryParameters({
      Action: 'GetMetricData',
      Version: '2010-08-01',
      StartTime: timeText(start),
      EndTime: timeText(end),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: [query],
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const result = cloudwatchResult(await cloudwatch.ask({ headers, body: input.toString() }, nowMs, signal));
    if (result && result.value !== null) return result.value;
    // As in KEDA an expression that finds no metric at all is no error.
    if (result === null || values.flag('ignoreNullValues')) return values.number('minMetricValue');
    throw new AppError(
      'upstream-failed',
      `${cloudwatch.what} has no value of the metric in the time asked for.`,
    );
  });
};

function metricQuery(values: TriggerValues): QueryInput {
  const period = values.number('metricStatPeriod');
  const account = { AccountId: values.text('awsAccountId') || undefined };
  if (values.has('expression')) {
    return { Id: 'q1', Expression: values.text('expression'), Period: period, ...account };
  }
  const dimensionValues = values.list('dimensionValue');
  return {
    Id: 'c1',
    MetricStat: {
      Metric: {
        Namespace: values.text('namespace'),
        MetricName: values.text('metricName'),
        Dimensions: values
          .list('dimensionName')
          .map((name, index) => ({ Name: name, Value: dimensionValues[index] })),
      },
      Period: period,
      Stat: values.text('metricStat'),
      Unit: values.text('metricUnit') || undefined,
    },
    ReturnData: true,
    ...account,
  };
}

// oxlint-disable-next-line no-restricted-globals -- writes a given time, asks for none
const timeText = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '');
