import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import type { CreateTrigger } from '../trigger.ts';
import { parseDecimal } from '../values/decimal.ts';
import { parseQuantity } from '../values/quantity.ts';
import { jsonOf } from './http/ask-text.ts';

/**
 * A number inside a ConfigMap or Secret among the manifests.
 *
 * @see https://keda.sh/docs/latest/scalers/kubernetes-resource/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const [kind, name, key] = [values.text('resourceKind'), values.text('resourceName'), values.text('key')];
  return oneMetricTrigger(spec.type, trigger, async () => {
    const data = dependencies.configMap(kind === 'Secret' ? 'Secret' : 'ConfigMap', name);
    if (data === null) throw new AppError('upstream-failed', `There is no ${kind} "${name}" here.`);
    const text = data[key];
    if (text === undefined) throw new AppError('upstream-failed', `${kind} "${name}" has no key "${key}".`);
    return resourceValue(text, {
      format: values.text('format'),
      location: values.text('valueLocation'),
      valueType: values.text('valueType'),
    });
  });
};

interface Place {
  readonly format: string;
  readonly location: string;
  readonly valueType: string;
}

/** @throws AppError `upstream-failed` when there is no number of that type. */
export async function resourceValue(text: string, { format, location, valueType }: Place): Promise<number> {
  const found = await find(text, format, location);
  const written = typeof found === 'string' || typeof found === 'number' ? String(found).trim() : null;
  const value = written === null ? null : numberOf(written, valueType);
  if (value !== null && Number.isFinite(value)) return value;
  const received = found === undefined ? 'nothing' : JSON.stringify(found).slice(0, 80);
  throw new AppError('upstream-failed', `Expected a number (${valueType}), received ${received}.`);
}

async function find(text: string, format: string, location: string): Promise<unknown> {
  if (format === 'json') {
    const { jsonByPath } = await import('../values/json-path.ts');
    return jsonByPath(jsonOf(text, 'The object'), location);
  }
  if (format === 'yaml') {
    const [{ parse }, { valueByPath }] = await Promise.all([
      import('yaml'),
      import('../values/dotted-path.ts'),
    ]);
    return valueByPath(parse(text), location);
  }
  return text;
}

function numberOf(text: string, valueType: string): number | null {
  if (valueType === 'quantity') return parseQuantity(text);
  if (valueType === 'int64') return /^[-+]?\d+$/.test(text) ? Number(text) : null;
  return parseDecimal(text);
}
