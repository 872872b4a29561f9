import type { ContainerSpec } from '../manifests/deployment.ts';
import type { ManifestSet } from '../manifests/manifest-set.ts';

/** The environment `*FromEnv` looks into, as far as the files tell. */
export interface KnownEnvironment {
  readonly values: Readonly<Record<string, string>>;
  /** May a name that is not among `values` exist all the same? Then its absence proves nothing. */
  readonly isComplete: boolean;
}

/** @param container null: the workload is not among the files. */
export function triggerEnvironment(
  container: ContainerSpec | null,
  namespace: string,
  { configMaps }: Pick<ManifestSet, 'configMaps'>,
): KnownEnvironment {
  if (!container) return { values: {}, isComplete: false };
  const values: Record<string, string> = {};
  let isComplete = true;
  for (const variable of container.environment) {
    if (variable.kind === 'value') values[variable.name] = variable.value;
    else if (variable.kind === 'field') values[variable.name] = `<${variable.fieldPath}>`;
    else {
      const kind = variable.kind.endsWith('secret') ? 'Secret' : 'ConfigMap';
      const object = configMaps.find(
        (other) => other.kind === kind && other.name === variable.object && other.namespace === namespace,
      );
      if (!object) isComplete = false;
      else if ('key' in variable) values[variable.name] = object.data[variable.key] ?? '';
      else {
        for (const [key, value] of Object.entries(object.data)) values[`${variable.prefix}${key}`] = value;
      }
    }
  }
  return { values, isComplete };
}
