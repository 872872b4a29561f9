import { loadTriggerDriver } from '../../src/autoscaler/triggers/catalog.ts';
import { triggerDependencies, triggerSpec } from '../../src/autoscaler/triggers/conformance.ts';
import type { MetricReading, TriggerDependencies } from '../../src/autoscaler/triggers/trigger.ts';
import { nowMs, type Fields } from './case.ts';

/** Answers a case of one kind in the words of its file. */
export type ValueAnswer = (input: Fields) => unknown;

/** An error is an answer too: whatever failed is not active. */
export async function orError(ask: () => object | Promise<object>): Promise<object> {
  try {
    return { error: false, ...(await ask()) };
  } catch {
    return { error: true, active: false };
  }
}

/** One reading of a trigger as it runs, made of its metadata. */
export async function readingOf(
  type: string,
  metadata: Readonly<Record<string, string>>,
  dependencies: Partial<TriggerDependencies>,
): Promise<MetricReading> {
  const create = await loadTriggerDriver(type);
  await using trigger = create(triggerSpec(type, metadata), triggerDependencies(dependencies));
  const [reading] = await trigger.read(nowMs, new AbortController().signal);
  if (!reading) throw new Error(`${type} gave no reading`);
  return reading;
}

/** A server that gives the case's answer to whatever it is asked. */
export const answering =
  ({ body, httpStatus = 200 }: Fields): typeof fetch =>
  () =>
    Promise.resolve(new Response(body, { status: httpStatus }));
