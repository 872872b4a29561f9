import type { ManifestSet } from '../manifests/manifest-set.ts';
import type { TriggerSpec } from '../manifests/scaled-object.ts';

/**
 * The auth parameters of a trigger. As in KEDA: secrets and config maps win over `env`, and a missing object or key is
 * an empty text, not an error; the trigger then usually complains about the missing parameter.
 */
export function resolveAuthParams(
  trigger: TriggerSpec,
  namespace: string,
  manifests: Pick<ManifestSet, 'configMaps' | 'triggerAuthentications'>,
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const ref = trigger.authenticationRef;
  if (!ref) return {};
  const authentication = manifests.triggerAuthentications.find(
    (object) =>
      object.kind === ref.kind &&
      object.name === ref.name &&
      (ref.kind === 'ClusterTriggerAuthentication' || object.namespace === namespace),
  );
  if (!authentication) return {};
  const params: Record<string, string> = {};
  for (const { name, parameter } of authentication.env) params[parameter] = environment[name] ?? '';
  for (const { key, kind, name, parameter } of authentication.objects) {
    const object = manifests.configMaps.find(
      (other) => other.kind === kind && other.name === name && other.namespace === authentication.namespace,
    );
    params[parameter] = object?.data[key] ?? '';
  }
  return params;
}
