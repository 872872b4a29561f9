import type { ScaledObjectRef } from '../../../external-scaler/messages.ts';
import type { TriggerSpec } from '../../../manifests/scaled-object.ts';
import type { TriggerDependencies } from '../../trigger.ts';

/** Keys of the HTTP add-on's own scaler. */
const addOnKeys = ['interceptorRoute', 'httpScaledObject', 'interceptorTargetPendingRequests'];

/** Does a trigger ask for the requests of a gateway? */
export const asksAddOn = ({ scalerMetadata }: Pick<ScaledObjectRef, 'scalerMetadata'>): boolean =>
  addOnKeys.some((key) => scalerMetadata[key] !== undefined);

/** Metadata as the server gets it: as written, `…FromEnv` under its own key with the variable's value, unset ones left out. */
export function scalerRef(
  spec: Pick<TriggerSpec, 'metadata'>,
  {
    namespace,
    objectName,
    resolvedEnv,
  }: Pick<TriggerDependencies, 'namespace' | 'objectName' | 'resolvedEnv'>,
): ScaledObjectRef {
  const scalerMetadata: Record<string, string> = {};
  for (const [key, text] of Object.entries(spec.metadata)) {
    const value = key.endsWith('FromEnv') ? (resolvedEnv[text] ?? '') : text;
    if (value !== '' || !key.endsWith('FromEnv')) scalerMetadata[key] = value;
  }
  return { name: objectName, namespace, scalerMetadata };
}
