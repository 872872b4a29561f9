import type { ConfigMapSpec, DeploymentSpec } from './deployment.ts';
import type { ManifestSource } from './metadata-schema.ts';
import type { ScaledObjectSpec } from './scaled-object.ts';
import type { TriggerAuthenticationSpec } from './trigger-authentication.ts';

/** What admission looks at: everything that was read together, as a namespace would hold it. */
export interface AdmissionInput {
  readonly deployments: readonly DeploymentSpec[];
  readonly configMaps: readonly ConfigMapSpec[];
  readonly scaledObjects: readonly ScaledObjectSpec[];
  readonly triggerAuthentications: readonly TriggerAuthenticationSpec[];
  /** How many Deployments could not be read; above 0 none is called missing. */
  readonly unreadableDeployments: number;
}

export type Report = (
  source: ManifestSource,
  path: readonly PropertyKey[],
  message: string,
  severity?: 'warning',
) => void;

type Rule = (object: ScaledObjectSpec, all: AdmissionInput, complain: Complain) => void;
type Complain = (path: readonly PropertyKey[], message: string, severity?: 'warning') => void;

const isResource = (type: string): boolean => type === 'cpu' || type === 'memory';
const maxNameLength = 63;

/**
 * The rules of KEDA's admission webhook, and the ones that only a machine without a cluster needs.
 *
 * @see https://keda.sh/docs/latest/concepts/admission-webhooks/
 */
export function admit(all: AdmissionInput, report: Report): void {
  for (const object of all.scaledObjects) {
    const complain: Complain = (path, message, severity) => report(object.source, path, message, severity);
    for (const rule of rules) rule(object, all, complain);
  }
  const kinds = [all.deployments, all.configMaps, all.scaledObjects, all.triggerAuthentications];
  for (const objects of kinds) reportTwice(objects, report);
}

type Named = { readonly name: string; readonly namespace: string; readonly source: ManifestSource };

function reportTwice(objects: readonly (Named & { readonly kind?: string })[], report: Report): void {
  const seen = new Map<string, Named>();
  for (const object of objects) {
    const key = `${object.kind ?? ''} ${object.namespace}/${object.name}`;
    const first = seen.get(key);
    if (first) {
      const where = `${first.source.file}:${first.source.line}`;
      report(
        object.source,
        ['metadata', 'name'],
        `"${object.name}" is already defined at ${where}; a name is one object`,
      );
    } else {
      seen.set(key, object);
    }
  }
}

const names: Rule = ({ name, hpaName }, _all, complain) => {
  if (name.length > maxNameLength) {
    complain(['metadata', 'name'], `expected at most ${maxNameLength} characters, received ${name.length}`);
  } else if (hpaName.length > maxNameLength) {
    complain(
      ['spec', 'advanced', 'horizontalPodAutoscalerConfig', 'name'],
      `expected at most ${maxNameLength} characters for the name of the HPA, "${hpaName}" has ${hpaName.length}`,
    );
  }
};

const bounds: Rule = (object, _all, complain) => {
  const { idleReplicaCount: idle, maxReplicaCount: max } = object;
  const min = object.minReplicaCount ?? 0;
  if (min > max) {
    complain(['spec', 'minReplicaCount'], `expected at most maxReplicaCount (${max}), received ${min}`);
  }
  // As in KEDA: an explicit 0 counts as 1 here, so `min: 0, idle: 0` passes and `idle: 0` alone does not.
  const minForIdle = object.minReplicaCount === 0 ? 1 : min;
  if (idle !== null && idle >= minForIdle) {
    complain(
      ['spec', 'idleReplicaCount'],
      `expected less than minReplicaCount (${minForIdle}), received ${idle}. Only 0 works well: with more, KEDA and the HPA pull against each other.`,
    );
  }
};

const triggerRules: Rule = ({ triggers }, all, complain) => {
  const first = new Map<string, number>();
  for (const [index, trigger] of triggers.entries()) {
    const path = ['spec', 'triggers', index];
    if (trigger.name !== null) {
      const other = first.get(trigger.name);
      if (other === undefined) first.set(trigger.name, index);
      else
        complain(
          [...path, 'name'],
          `"${trigger.name}" is already the name of trigger ${other}; names must be unique`,
        );
    }
    if (trigger.useCachedMetrics && (isResource(trigger.type) || trigger.type === 'cron')) {
      complain(
        [...path, 'useCachedMetrics'],
        `${trigger.type} triggers cannot use cached metrics; remove it`,
      );
    }
    if (
      isResource(trigger.type) &&
      trigger.metricType !== 'Utilization' &&
      trigger.metricType !== 'AverageValue'
    ) {
      // Says nothing on admission in KEDA, but the object never becomes ready.
      complain(
        [...path, 'metricType'],
        'expected Utilization or AverageValue: cpu and memory demand it',
        'warning',
      );
    } else if (!isResource(trigger.type) && trigger.metricType === 'Utilization') {
      complain([...path, 'metricType'], `expected AverageValue or Value: Utilization is for cpu and memory`);
    }
    const ref = trigger.authenticationRef;
    const known = all.triggerAuthentications.some(
      ({ kind, name }) => kind === ref?.kind && name === ref.name,
    );
    if (ref && !known) {
      complain(
        [...path, 'authenticationRef', 'name'],
        `there is no ${ref.kind} "${ref.name}" among the manifests`,
        'warning',
      );
    }
  }
};

const resourceTriggers: Rule = (object, all, complain) => {
  if (object.scaleTargetRef.kind !== 'Deployment') return;
  const wanted = object.triggers.filter(({ type }) => isResource(type));
  if (wanted.length === 0) return;
  const deployment = targetOf(object, all.deployments);
  for (const [index, trigger] of object.triggers.entries()) {
    if (!isResource(trigger.type) || !deployment) continue;
    const only = trigger.metadata['containerName']?.trim();
    for (const container of deployment.containers) {
      if (only && container.name !== only) continue;
      if (Number.parseFloat(container.requests[trigger.type] ?? '0') > 0) continue;
      complain(
        ['spec', 'triggers', index],
        `expected a ${trigger.type} request or limit in container "${container.name}" of Deployment "${deployment.name}", found none. A percentage of nothing is nothing.`,
      );
    }
  }
  if (wanted.length === object.triggers.length && (object.minReplicaCount ?? 0) === 0) {
    complain(
      ['spec', 'minReplicaCount'],
      'expected at least 1: cpu and memory alone can never wake a target from 0. Set it, or add another trigger.',
    );
  }
};

const fallbackRules: Rule = ({ fallback, scalingModifiers, triggers }, _all, complain) => {
  if (!fallback) return;
  if (!scalingModifiers && triggers.every(({ type }) => isResource(type))) {
    complain(
      ['spec', 'fallback'],
      'expected at least one trigger other than cpu and memory: those have no fallback',
    );
  }
  if (fallback.behavior === 'scalingModifiers' && !scalingModifiers?.formula) {
    complain(['spec', 'fallback', 'behavior'], 'expected a formula under spec.advanced.scalingModifiers');
  }
};

const modifierRules: Rule = ({ scalingModifiers: modifiers }, _all, complain) => {
  if (!modifiers) return;
  const path = ['spec', 'advanced', 'scalingModifiers'];
  if (modifiers.formula === null) complain([...path, 'formula'], 'expected a formula, received nothing');
  const target = Number(modifiers.target ?? Number.NaN);
  if (!(target > 0)) {
    complain(
      [...path, 'target'],
      `expected a number > 0 in quotes, received ${JSON.stringify(modifiers.target)}`,
    );
  }
  if (modifiers.activationTarget !== null && Number.isNaN(Number(modifiers.activationTarget))) {
    complain(
      [...path, 'activationTarget'],
      `expected a number in quotes, received "${modifiers.activationTarget}"`,
    );
  }
  if (modifiers.metricType === 'Utilization') {
    complain([...path, 'metricType'], 'expected AverageValue or Value, received Utilization');
  }
};

const oneOwner: Rule = (object, all, complain) => {
  const others = all.scaledObjects.slice(0, all.scaledObjects.indexOf(object));
  for (const other of others) {
    if (other.namespace !== object.namespace) continue;
    const [mine, theirs] = [object.scaleTargetRef, other.scaleTargetRef];
    if (mine.name === theirs.name && mine.kind === theirs.kind && mine.apiVersion === theirs.apiVersion) {
      complain(
        ['spec', 'scaleTargetRef', 'name'],
        `${mine.kind} "${mine.name}" is already scaled by ScaledObject "${other.name}" (${other.source.file}:${other.source.line}); two would fight`,
      );
    }
    if (other.hpaName === object.hpaName && other.name !== object.name) {
      complain(
        ['spec', 'advanced', 'horizontalPodAutoscalerConfig', 'name'],
        `HPA "${object.hpaName}" already belongs to ScaledObject "${other.name}"`,
      );
    }
  }
};

/** Not KEDA's: on this machine a target is a process, and its Deployment must be among the files. */
const targetExists: Rule = (object, all, complain) => {
  const { apiVersion, kind, name } = object.scaleTargetRef;
  const path = ['spec', 'scaleTargetRef'];
  if (kind !== 'Deployment' || !apiVersion.startsWith('apps/')) {
    complain(
      [...path, 'kind'],
      `expected a Deployment of apps/v1, received ${kind} of ${apiVersion}: only Deployments become processes on this machine`,
    );
    return;
  }
  const deployment = targetOf(object, all.deployments);
  if (!deployment) {
    if (all.unreadableDeployments > 0) return;
    complain(
      [...path, 'name'],
      `there is no Deployment "${name}" in namespace "${object.namespace}" among the manifests. Add it: it says what to run.`,
    );
  } else if (deployment.main.command.length === 0) {
    complain(
      [...path, 'name'],
      `Deployment "${name}" (${deployment.source.file}:${deployment.source.line}) has no containers[0].command. Images are not run on this machine: write the program to start, for example ["python3", "-m", "http.server", "$(PORT)"].`,
    );
  }
};

const withoutEffect: Rule = (object, _all, complain) => {
  if ((object.minReplicaCount ?? 0) === 0 || object.idleReplicaCount !== null) return;
  if (object.cooldownPeriodMs !== 300_000) {
    complain(
      ['spec', 'cooldownPeriod'],
      'has no effect: it only delays the way to zero, and minReplicaCount is above 0',
      'warning',
    );
  }
  if (object.pollingIntervalMs !== 30_000 && !object.triggers.some((trigger) => trigger.useCachedMetrics)) {
    complain(
      ['spec', 'pollingInterval'],
      'has no effect: it only matters for waking from zero, and minReplicaCount is above 0',
      'warning',
    );
  }
};

const rules: readonly Rule[] = [
  names,
  bounds,
  triggerRules,
  resourceTriggers,
  fallbackRules,
  modifierRules,
  oneOwner,
  targetExists,
  withoutEffect,
];

/** The Deployment a ScaledObject scales, in the same namespace. */
export function targetOf(
  object: ScaledObjectSpec,
  deployments: readonly DeploymentSpec[],
): DeploymentSpec | undefined {
  return deployments.find(
    ({ name, namespace }) => name === object.scaleTargetRef.name && namespace === object.namespace,
  );
}
