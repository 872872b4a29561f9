import { Cron } from 'croner';
import { AppError } from '../../../contract/app-error.ts';
import { cronName } from '../catalogue/cron-name.ts';
import { cronWindow } from '../catalogue/rules/cron-rules.ts';
import { triggerValues } from '../catalogue/trigger-values.ts';
import { metricName } from '../metric-name.ts';
import { metricTarget, readTriggerParameters } from '../trigger-parameters.ts';
import type { CreateTrigger } from '../trigger.ts';

const from = ['triggerMetadata'] as const;
const table = {
  start: { names: ['start'], type: 'string', from },
  end: { names: ['end'], type: 'string', from },
  timezone: { names: ['timezone'], type: 'string', from },
  desiredReplicas: { names: ['desiredReplicas'], type: 'integer', from },
} as const;

/**
 * Active between `start` and `end`, as KEDA judges it: unless the next start comes before the next end.
 *
 * @see https://keda.sh/docs/latest/scalers/cron/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const { desiredReplicas, end, start, timezone } = readTriggerParameters(
    table,
    spec,
    dependencies,
    (values) => cronWindow(triggerValues(values)),
  );
  const name = metricName(dependencies.index, cronName(timezone, start, end));

  const nextAfter = (expression: string, nowMs: number): number => {
    try {
      // oxlint-disable-next-line no-restricted-globals -- hands over a given time, asks for none
      const now = new Date(nowMs);
      const next = new Cron(expression, {
        paused: true,
        mode: '5-part',
        timezone,
        sloppyRanges: true,
      }).nextRun(now);
      return next?.getTime() ?? Infinity;
    } catch (cause) {
      throw new AppError(
        'invalid-argument',
        `The cron trigger cannot tell the time: "${timezone}" is no known time zone. Use a name such as Europe/Berlin.`,
        { cause },
      );
    }
  };

  return {
    type: 'cron',
    metrics: () => [{ name, target: metricTarget(spec, 1), activationThreshold: null }],
    read: (nowMs) =>
      new Promise((resolve) => {
        const active = !(nextAfter(start, nowMs) < nextAfter(end, nowMs));
        resolve([{ name, value: active ? desiredReplicas : 0, active }]);
      }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
};
