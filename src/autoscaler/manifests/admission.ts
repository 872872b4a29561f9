import type { ManifestSource } from './metadata-schema.ts';
import { nameLengths, replicaBounds } from './admission/bounds.ts';
import { targetExists, targetNameIsOne } from './admission/on-this-machine.ts';
import { foreignHpa, oneOwner } from './admission/ownership.ts';
import { resourceTriggers } from './admission/resource-requests.ts';
import type { AdmissionInput, AdmissionRule, RuleComplain } from './admission/rule.ts';
import { fallbackRules, scalingModifiers } from './admission/scaling-modifiers.ts';
import { scaledJobPercentage } from './admission/scaled-job-percentage.ts';
import { authenticationExists, checkTriggerList, metricTypes, triggerList } from './admission/triggers.ts';
import { pauseAnnotationTexts, withoutEffect } from './admission/without-effect.ts';

/** One thing admission has to say about an object. */
export type Report = (
  source: ManifestSource,
  rule: string,
  path: readonly PropertyKey[],
  message: string,
  severity?: 'warning',
) => void;

const rules: readonly AdmissionRule[] = [
  nameLengths,
  replicaBounds,
  triggerList,
  metricTypes,
  authenticationExists,
  resourceTriggers,
  fallbackRules,
  scalingModifiers,
  oneOwner,
  foreignHpa,
  targetExists,
  targetNameIsOne,
  withoutEffect,
  pauseAnnotationTexts,
];

/**
 * The rules of KEDA's admission webhook, and the ones that only a machine without a cluster needs (`here-…`).
 *
 * @see https://keda.sh/docs/latest/concepts/admission-webhooks/
 */
export function admit(all: AdmissionInput, report: Report): void {
  const complainFor =
    (source: ManifestSource): RuleComplain =>
    (rule, path, message, severity) =>
      report(source, rule, path, message, severity);
  for (const object of all.scaledObjects) {
    for (const rule of rules) rule(object, all, complainFor(object.source));
  }
  for (const job of all.scaledJobs) {
    const complain = complainFor(job.source);
    checkTriggerList(job.triggers, complain);
    scaledJobPercentage(job, complain);
    for (const [index, { metricType, type }] of job.triggers.entries()) {
      const path = ['spec', 'triggers', index];
      if (metricType !== null) {
        complain(
          'scaled-job-triggers',
          [...path, 'metricType'],
          'expected none: a ScaledJob has no HPA and does not start with it',
        );
      }
      if (type === 'external-push') {
        complain(
          'scaled-job-triggers',
          [...path, 'type'],
          'external-push is for ScaledObjects; use external',
        );
      }
    }
  }
  const kinds: readonly (readonly (Named & { readonly kind?: string })[])[] = [
    all.deployments,
    all.configMaps,
    all.scaledObjects,
    all.scaledJobs,
    all.triggerAuthentications,
  ];
  for (const objects of kinds) reportTwice(objects, report);
}

type Named = { readonly name: string; readonly namespace: string; readonly source: ManifestSource };

/** Complains of each object whose kind, namespace and name another has had before. */
export function reportTwice(objects: readonly (Named & { readonly kind?: string })[], report: Report): void {
  const seen = new Map<string, Named>();
  for (const object of objects) {
    const key = `${object.kind ?? ''} ${object.namespace}/${object.name}`;
    const first = seen.get(key);
    if (first) {
      const where = `${first.source.file}:${first.source.line}`;
      report(
        object.source,
        'defined-twice',
        ['metadata', 'name'],
        `"${object.name}" is already defined at ${where}; a name is one object`,
      );
    } else {
      seen.set(key, object);
    }
  }
}
