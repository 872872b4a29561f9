import { AppError } from '../contract/app-error.ts';
import { pauseAnnotations } from './decision/keda/pause-annotations.ts';
import {
  defaultHpaPolicy,
  defaultInstantOptions,
  defaultPolicyBase,
  type CompatPolicy,
  type HpaBehavior,
  type HpaScalingRules,
  type PolicyBase,
  type ScalePolicy,
} from './decision/scale-policy.ts';
import type { HpaBehaviorManifest } from './manifests/scaled-object-schema.ts';
import type { ScaledObjectSpec } from './manifests/scaled-object.ts';
import { parseQuantity } from './triggers/values/quantity.ts';

export type PolicyKind = ScalePolicy['kind'];

/** What the instant policy takes beyond the ScaledObject. */
export type InstantOptions = typeof defaultInstantOptions;

/** What a policy takes from elsewhere than the ScaledObject. */
export interface PolicyOptions {
  readonly instant?: Partial<InstantOptions>;
  readonly compat?: Partial<CompatPolicy>;
  /** @defaultValue 15000 */
  readonly hpaSyncPeriodMs?: number;
}

/** A ScaledObject as the decision core takes it. @throws AppError `invalid-argument` on an annotation that is no number. */
export function policyOf(
  object: ScaledObjectSpec,
  kind: PolicyKind,
  options: PolicyOptions = {},
): ScalePolicy {
  const { compat, instant, hpaSyncPeriodMs = defaultHpaPolicy.syncPeriodMs } = options;
  const { pause, error } = pauseAnnotations(object.annotations);
  if (error !== null) throw new AppError('invalid-argument', `ScaledObject ${object.name}: ${error}`);
  const modifiers = object.scalingModifiers;
  const base: PolicyBase = {
    ...defaultPolicyBase,
    minReplicas: object.minReplicaCount ?? 0,
    maxReplicas: object.maxReplicaCount,
    idleReplicas: object.idleReplicaCount,
    cooldownMs: object.cooldownPeriodMs,
    initialCooldownMs: object.initialCooldownPeriodMs,
    pollingIntervalMs: object.pollingIntervalMs,
    fallback: object.fallback,
    formula:
      modifiers?.formula && modifiers.target
        ? {
            formula: modifiers.formula,
            target: modifiers.target,
            activationTarget: Number(modifiers.activationTarget ?? 0),
            metricType: modifiers.metricType === 'Value' ? 'Value' : 'AverageValue',
          }
        : null,
    pause,
    compat: { ...defaultPolicyBase.compat, ...compat },
    hpa: { ...defaultHpaPolicy, syncPeriodMs: hpaSyncPeriodMs, behavior: behaviorOf(object.behavior) },
  };
  return kind === 'keda' ? { ...base, kind } : { ...base, ...defaultInstantOptions, ...instant, kind };
}

function behaviorOf(manifest: HpaBehaviorManifest | null): HpaBehavior | null {
  return manifest && { scaleUp: rulesOf(manifest.scaleUp), scaleDown: rulesOf(manifest.scaleDown) };
}

function rulesOf(rules: HpaBehaviorManifest['scaleUp']): HpaScalingRules | null {
  if (!rules) return null;
  return {
    stabilizationWindowSeconds: rules.stabilizationWindowSeconds ?? null,
    selectPolicy: rules.selectPolicy ?? null,
    policies: rules.policies ?? null,
    tolerance: toleranceOf(rules.tolerance ?? null),
  };
}

/** A Kubernetes quantity: `0.05` or `50m`. The schema has admitted it. */
const toleranceOf = (quantity: string | number | null): number | null =>
  quantity === null ? null : parseQuantity(String(quantity).trim());
