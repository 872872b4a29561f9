import type { AdmissionInput, AdmissionRule } from '../../src/autoscaler/manifests/admission/rule.ts';
import { replicaBounds } from '../../src/autoscaler/manifests/admission/bounds.ts';
import { fallbackRules, usesModifiers } from '../../src/autoscaler/manifests/admission/scaling-modifiers.ts';
import { triggerList } from '../../src/autoscaler/manifests/admission/triggers.ts';
import { collectManifests } from '../../src/autoscaler/manifests/collect-manifests.ts';
import { mindsHereOnly } from '../../src/autoscaler/manifests/manifest-problem.ts';
import { hpaBounds } from '../../src/autoscaler/manifests/generated-hpa.ts';
import type { ScaledObjectManifest } from '../../src/autoscaler/manifests/scaled-object-schema.ts';
import { toScaledObject } from '../../src/autoscaler/manifests/scaled-object.ts';
import { pauseAnnotations } from '../../src/autoscaler/decision/keda/pause-annotations.ts';
import { kedaPolicyOf, snapshotOf } from '../../src/autoscaler/decision/decision-fixture.ts';
import { createDecisionState } from '../../src/autoscaler/decision/decision-state.ts';
import { pauseStep } from '../../src/autoscaler/decision/pause-step.ts';
import { nowMs, type Case, type Fields } from './case.ts';

// Answers the cases of scaledobject-validation.json in their words.

export async function validation(item: Case & Fields): Promise<unknown> {
  const input: Fields = item.input ?? {};
  switch (item.kind) {
    case 'fallbackValid':
      return { error: breaks(fallbackRules, input['spec']) };
    case 'replicaBounds':
      return { error: breaks(replicaBounds, input['spec']) };
    case 'validateTriggers':
      return { error: breaks(triggerList, { triggers: input['triggers'] }) };
    case 'hpaReplicas': {
      const { min, max } = hpaBounds(input['minReplicaCount'], input['maxReplicaCount']);
      return { hpaMin: min, hpaMax: max };
    }
    case 'needToBePaused': {
      const { pause } = pauseAnnotations(input['annotations']);
      const step = pauseStep({
        clock: 'keda-poll',
        // Another count than any that a case pauses at.
        snapshot: snapshotOf(12_345),
        policy: kedaPolicyOf({ pause }),
        state: { ...createDecisionState(nowMs), pausedReplicas: input['statusPausedReplicaCount'] },
        nowMs,
      });
      // Before that, the number of paused-replicas is still to be written.
      return { pauseNow: step?.decision.reason === 'paused' };
    }
    case 'pausedReplicaCount': {
      const { error, pause } = pauseAnnotations(input['annotations']);
      return { error: error !== null, value: pause.pausedReplicas };
    }
    case 'isUsingModifiers':
      return { result: usesModifiers(scaledObject(input['spec']).scalingModifiers) };
    default:
      return admission(item);
  }
}

function scaledObject(spec: Fields) {
  const manifest = {
    metadata: { name: 'case' },
    spec: { scaleTargetRef: { name: 'target' }, triggers: [], ...spec },
  } as ScaledObjectManifest;
  return toScaledObject(manifest, { file: 'case', line: 1 });
}

function breaks(rule: AdmissionRule, spec: Fields): boolean {
  let count = 0;
  rule(scaledObject(spec), emptyInput, () => (count += 1));
  return count > 0;
}

const emptyInput: AdmissionInput = {
  deployments: [],
  statefulSets: [],
  configMaps: [],
  scaledObjects: [],
  scaledJobs: [],
  triggerAuthentications: [],
  horizontalPodAutoscalers: [],
  limitRanges: [],
  unreadableDeployments: 0,
};

/** A case of the webhook: the objects of the cluster first, then the one that asks. */
async function admission(item: Case & Fields): Promise<unknown> {
  const cluster: Fields = item['cluster'] ?? {};
  const objects = [
    ...clusterWorkloads(cluster),
    ...(cluster['hpas'] ?? []).map(horizontalPodAutoscaler),
    ...(cluster['scaledObjects'] ?? []).map(existingObject),
    item['object'],
  ];
  const texts = objects.map((object, index) => ({ file: `${index}`, text: JSON.stringify(object) }));
  const { problems, set } = await collectManifests(texts);
  const last = String(objects.length - 1);
  // Rules of this machine only are no rules of KEDA's; a dry run leaves the workload out of account.
  const leftOut = item['dryRun'] ? ['keda-requests', 'keda-resource-only-zero'] : [];
  const refused = problems.filter(
    (problem) => problem.file === last && !mindsHereOnly(problem) && !leftOut.includes(problem.rule),
  );
  const warnings = set.warnings.filter(({ rule }) => rule.startsWith('no-effect-')).map(({ rule }) => rule);
  return {
    verdict: refused.length > 0 ? 'reject' : 'accept',
    warnings,
    reasons: refused.map(({ message }) => message),
  };
}

function clusterWorkloads({ limitRangeDefaults, workload }: Fields): unknown[] {
  const objects: unknown[] = [];
  if (workload) {
    const { kind, limits, name, requests } = workload;
    const written: readonly Fields[] = workload.containers ?? [{ name: 'main', requests, limits }];
    const containers = written.map((container, index) => ({
      name: container['name'] ?? `c${index}`,
      image: 'x',
      resources: container['resources'] ?? { requests: container['requests'], limits: container['limits'] },
    }));
    objects.push({
      apiVersion: 'apps/v1',
      kind: kind ?? 'Deployment',
      metadata: { name },
      spec: { template: { spec: { containers } } },
    });
  }
  if (limitRangeDefaults) {
    const limits = [{ type: 'Container', default: limitRangeDefaults }];
    objects.push({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'range' }, spec: { limits } });
  }
  return objects;
}

function horizontalPodAutoscaler(hpa: Fields): unknown {
  const owner: string | undefined = hpa['ownedBy'] ?? hpa['owner'];
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: {
      name: hpa['name'],
      annotations: hpa['annotations'],
      ownerReferences: hpa['ownerReferences'] ?? (owner && [{ kind: 'ScaledObject', name: owner }]),
    },
    spec: { scaleTargetRef: hpa['scaleTargetRef'], maxReplicas: 10 },
  };
}

/** Another ScaledObject, whole or as what matters of it. */
function existingObject(object: Fields): unknown {
  if (object['kind'] && object['metadata']) return object;
  const { hpaName, name, scaleTargetRef, spec } = object;
  const triggers = [
    {
      type: 'cron',
      metadata: { timezone: 'UTC', start: '0 * * * *', end: '1 * * * *', desiredReplicas: '1' },
    },
  ];
  const advanced = hpaName ? { horizontalPodAutoscalerConfig: { name: hpaName } } : undefined;
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name },
    spec: { scaleTargetRef, triggers, advanced, ...spec },
  };
}
