import { metricName } from '../metric-name.ts';
import { absence } from '../absence.ts';
import { parseParameters, type ParameterSources } from '../parameters.ts';
import { catalogue, parameterTable } from './catalogue.ts';
import type { CatalogueEntry } from './catalogue-entry.ts';
import type { CheckContext } from './check-context.ts';
import { crossFieldRules } from './cross-field-rules.ts';
import { catalogueMetricName } from './metric-names.ts';
import { rabbitTarget } from './rabbitmq-settings.ts';
import { redisStreamMode } from './redis-settings.ts';
import { solaceMetrics } from './solace-metrics.ts';
import { triggerValues, type TriggerValues } from './trigger-values.ts';

/** A trigger as KEDA would read it, without asking anything of anybody. */
export interface CheckedTrigger {
  readonly entry: CatalogueEntry;
  /** Empty: KEDA accepts it. Each begins with the parameter's name. */
  readonly problems: readonly string[];
  /** Accepted, but announced to end. */
  readonly warnings: readonly string[];
  /** Keys that mean nothing to this trigger. */
  readonly unknownKeys: readonly string[];
  /** Parsed values; null when the table's own rules were broken. */
  readonly values: TriggerValues | null;
}

/** @returns null for a type that KEDA does not know. */
export function checkTrigger(
  type: string,
  sources: ParameterSources,
  context: Partial<Omit<CheckContext, 'sources'>> = {},
): CheckedTrigger | null {
  const entry = catalogue().get(type);
  if (!entry) return null;
  const table = parameterTable(entry);
  const parsed = parseParameters(table, sources);
  const values = parsed.values
    ? triggerValues(parsed.values, (name) => (table[name] ? absence(table[name], sources) : 'nothing'))
    : null;
  const full: CheckContext = {
    podIdentity: 'none',
    metricType: null,
    formulaInput: false,
    ...context,
    sources,
  };
  const crossField = values ? (crossFieldRules[type] ?? []).flatMap((rule) => rule(values, full)) : [];
  return {
    entry,
    problems: [...parsed.problems, ...crossField],
    warnings: parsed.warnings,
    unknownKeys: parsed.unknownKeys,
    values,
  };
}

/** Name and target under which KEDA offers a trigger to the HPA. */
export interface CatalogueMetric {
  /** `s<index>-<name>`, with few exceptions. */
  readonly name: string;
  readonly target: number;
  readonly activationThreshold: number | null;
}

/** @returns null for cpu and memory (resource metrics), for external scalers (they say it themselves), and when not valid. */
export function catalogueMetric(
  { entry, values }: Pick<CheckedTrigger, 'entry' | 'values'>,
  index: number,
  namespace: string,
): CatalogueMetric | null {
  if (!values || entry.metricName === '-') return null;
  return {
    name: catalogueMetricName(entry, values, index, namespace),
    target: targetOf(entry, values),
    activationThreshold: activationOf(entry, values),
  };
}

/** All that KEDA offers for a trigger: most often that one metric, for Solace one for each target. */
export function catalogueMetrics(
  checked: Pick<CheckedTrigger, 'entry' | 'values'>,
  index: number,
  namespace: string,
): readonly CatalogueMetric[] {
  const metric = catalogueMetric(checked, index, namespace);
  if (!metric || !checked.values) return [];
  const several = solaceMetrics(checked.entry.type, checked.values);
  if (several.length === 0) return [metric];
  return several.map(({ name, target }) => ({ ...metric, name: metricName(index, name), target }));
}

/** Datadog has two, one for each way to ask. */
function activationOf({ activation, type }: CatalogueEntry, values: TriggerValues): number | null {
  if (activation === null) return null;
  const isAsked = type === 'datadog' && !values.flag('useClusterAgentProxy');
  return values.number(isAsked ? 'activationQueryValue' : activation);
}

function targetOf({ target, type }: CatalogueEntry, values: TriggerValues): number {
  if (target.startsWith('=')) return Number(target.slice(1));
  if (target !== '*') return values.number(target);
  if (type === 'rabbitmq') return rabbitTarget(values).target;
  if (type.endsWith('-streams')) return redisStreamMode(values).target;
  return solaceMetrics(type, values)[0]?.target ?? 0;
}
