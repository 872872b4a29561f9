import assert from 'node:assert/strict';
import { loadTriggerDriver } from '../../src/autoscaler/triggers/catalog.ts';
import type { ErrorStage } from '../../src/autoscaler/triggers/error-stage.ts';
import { triggerDependencies, triggerSpec } from '../../src/autoscaler/triggers/conformance.ts';
import type { MetricReading, Trigger, TriggerDependencies } from '../../src/autoscaler/triggers/trigger.ts';

type Texts = Readonly<Record<string, string>>;
export const never: AbortSignal = new AbortController().signal;

/** A trigger of a type with these parameters, over the real network. */
export async function makeTrigger(
  type: string,
  metadata: Texts,
  change: Partial<TriggerDependencies> = {},
): Promise<Trigger> {
  const create = await loadTriggerDriver(type);
  return create(triggerSpec(type, metadata), triggerDependencies({ fetch, ...change }));
}

/** One reading of a trigger made for it. */
export async function readOnce(
  type: string,
  metadata: Texts,
  change: Partial<TriggerDependencies> = {},
): Promise<Pick<MetricReading, 'value' | 'active'>> {
  await using trigger = await makeTrigger(type, metadata, change);
  return await readValue(trigger);
}

export async function readValue(trigger: Trigger): Promise<Pick<MetricReading, 'value' | 'active'>> {
  const readings = await trigger.read(Date.now(), never);
  assert.equal(readings.length, 1);
  const [reading] = readings;
  assert.ok(reading);
  return { value: reading.value, active: reading.active };
}

/** What a failed reading says, and whether it happened while connecting. */
export async function readFailure(
  type: string,
  metadata: Texts,
  change: Partial<TriggerDependencies> = {},
): Promise<{ readonly message: string; readonly code: string; readonly stage: ErrorStage }> {
  await using trigger = await makeTrigger(type, metadata, change);
  return await failureOf(trigger);
}

export async function failureOf(
  trigger: Trigger,
): Promise<{ readonly message: string; readonly code: string; readonly stage: ErrorStage }> {
  const { AppError } = await import('../../src/contract/app-error.ts');
  const { errorStageOf } = await import('../../src/autoscaler/triggers/error-stage.ts');
  try {
    const readings = await trigger.read(Date.now(), never);
    return assert.fail(`expected an error, received ${JSON.stringify(readings)}`);
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    return { message: error.message, code: error.code, stage: errorStageOf(error) };
  }
}
