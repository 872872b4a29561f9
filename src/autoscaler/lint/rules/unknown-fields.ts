import type { Complaint } from '../finding.ts';
import { nearestName } from '../nearest-name.ts';

/** Fields a cluster keeps; what is not among them is dropped without a word. */
const known: Readonly<Record<string, readonly string[]>> = {
  spec: [
    'scaleTargetRef',
    'pollingInterval',
    'cooldownPeriod',
    'initialCooldownPeriod',
    'idleReplicaCount',
    'minReplicaCount',
    'maxReplicaCount',
    'fallback',
    'advanced',
    'triggers',
  ],
  'spec.scaleTargetRef': ['name', 'apiVersion', 'kind', 'envSourceContainerName'],
  'spec.fallback': ['failureThreshold', 'replicas', 'behavior'],
  'spec.advanced': ['restoreToOriginalReplicaCount', 'horizontalPodAutoscalerConfig', 'scalingModifiers'],
  'spec.advanced.horizontalPodAutoscalerConfig': ['name', 'behavior'],
  'spec.advanced.horizontalPodAutoscalerConfig.behavior': ['scaleUp', 'scaleDown'],
  'spec.advanced.scalingModifiers': ['formula', 'target', 'activationTarget', 'metricType'],
};
const rules = ['stabilizationWindowSeconds', 'selectPolicy', 'policies', 'tolerance'];
const trigger = ['type', 'name', 'metadata', 'authenticationRef', 'metricType', 'useCachedMetrics'];

/** Fields of a ScaledObject that no schema knows. */
export function unknownFields(manifest: unknown): readonly Complaint[] {
  const complaints: Complaint[] = [];
  const look = (at: readonly PropertyKey[], fields: readonly string[]): void => {
    const value = at.reduce<unknown>(
      (inner, key) => (isMap(inner) ? inner[String(key)] : undefined),
      manifest,
    );
    if (!isMap(value)) return;
    for (const key of Object.keys(value)) {
      if (fields.includes(key)) continue;
      const near = nearestName(key, fields);
      complaints.push({
        at: [...at, key],
        message: `There is no field "${key}" here; the cluster drops it without a word.`,
        fix: near && value[near] === undefined ? `Did you mean ${near}?` : 'Remove it.',
      });
    }
  };
  for (const [path, fields] of Object.entries(known)) look(path.split('.'), fields);
  const behavior = ['spec', 'advanced', 'horizontalPodAutoscalerConfig', 'behavior'];
  for (const direction of ['scaleUp', 'scaleDown']) look([...behavior, direction], rules);
  const spec = isMap(manifest) && isMap(manifest['spec']) ? manifest['spec'] : {};
  const triggers = Array.isArray(spec['triggers']) ? spec['triggers'] : [];
  for (const index of triggers.keys()) look(['spec', 'triggers', index], trigger);
  return complaints;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
