import type { ManifestSet } from '../manifests/manifest-set.ts';
import type { TriggerSpec } from '../manifests/scaled-object.ts';
import type { TriggerAuthenticationSpec } from '../manifests/trigger-authentication.ts';
import { readAuthFile } from './auth-file.ts';

/** On a cluster, objects that a ClusterTriggerAuthentication names are read from KEDA's own namespace. */
const kedaNamespace = 'keda';

/**
 * The auth parameters of a trigger. As in KEDA: secrets and config maps win over `env`, `env` over a file, and a
 * missing object or key is an empty text, not an error; the trigger then usually complains about the missing parameter.
 *
 * @param environment of the container that `envSourceContainerName` names, else the first.
 * @param containerEnvironments of the containers that `env[].containerName` names.
 * @throws AppError `invalid-argument` for a `filePath` that cannot be read as parameters.
 */
export function resolveAuthParams(
  trigger: TriggerSpec,
  namespace: string,
  manifests: Pick<ManifestSet, 'configMaps' | 'triggerAuthentications'>,
  environment: Readonly<Record<string, string>>,
  containerEnvironments: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Readonly<Record<string, string>> {
  const authentication = authenticationOf(trigger, namespace, manifests);
  if (!authentication) return {};
  const params: Record<string, string> = authentication.filePath
    ? { ...readAuthFile(authentication.filePath, authentication.source.file) }
    : {};
  for (const { containerName, name, parameter } of authentication.env) {
    const source = containerName === null ? environment : containerEnvironments[containerName];
    params[parameter] = source?.[name] ?? '';
  }
  const namespaces =
    authentication.kind === 'ClusterTriggerAuthentication'
      ? [kedaNamespace, authentication.namespace]
      : [authentication.namespace];
  for (const { key, kind, name, parameter } of authentication.objects) {
    const named = manifests.configMaps.filter((other) => other.kind === kind && other.name === name);
    const object = namespaces
      .map((wanted) => named.find((other) => other.namespace === wanted))
      .find((found) => found !== undefined);
    params[parameter] = object?.data[key] ?? '';
  }
  return params;
}

/** The authentication a trigger names: in its namespace, or the cluster's. Undefined without one, or when it is not there. */
export function authenticationOf(
  { authenticationRef: ref }: Pick<TriggerSpec, 'authenticationRef'>,
  namespace: string,
  { triggerAuthentications }: Pick<ManifestSet, 'triggerAuthentications'>,
): TriggerAuthenticationSpec | undefined {
  if (!ref) return undefined;
  return triggerAuthentications.find(
    (object) =>
      object.kind === ref.kind &&
      object.name === ref.name &&
      (ref.kind === 'ClusterTriggerAuthentication' || object.namespace === namespace),
  );
}
