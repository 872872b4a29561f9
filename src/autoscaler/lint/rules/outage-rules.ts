import type { ObjectContext, ObjectRule } from '../lint-rule.ts';
import { triggersOf } from '../lint-rule.ts';

// What happens when a source of numbers fails.

const fallbackPath = ['spec', 'fallback'];

/** KEDA reads the target of a formula as a whole number before it falls back. */
export const fallbackIntegerTarget: ObjectRule = {
  id: 'fallback-integer-target',
  check: ({ object: { fallback, scalingModifiers: modifiers } }) => {
    if (!fallback || fallback.behavior === 'scalingModifiers' || !modifiers?.formula) return [];
    if (/^[1-9]\d*$/.test(modifiers.target ?? '')) return [];
    return [
      {
        at: ['spec', 'advanced', 'scalingModifiers', 'target'],
        message: `Beside a formula, fallback works only with a whole number as target; with "${modifiers.target}" KEDA leaves fallback out without a word.`,
        fix: 'Multiply formula and target so that the target is a whole number, or use fallback.behavior: scalingModifiers.',
      },
    ];
  },
};

/** A fallback of 0 is the one way an error scales to zero. */
export const fallbackToZero: ObjectRule = {
  id: 'fallback-to-zero',
  check: ({ object: { fallback }, reachesZero }) =>
    fallback && fallback.replicas === 0 && reachesZero
      ? [
          {
            at: [...fallbackPath, 'replicas'],
            message:
              'With 0 replicas an outage of the source scales the target to zero. Without any fallback KEDA keeps the count: an error never means zero.',
            fix: 'Set the replicas that can carry the load blindly, or remove the fallback.',
          },
        ]
      : [],
};

/** Types whose scaler connects while it is built, or asks its server whether it is there. */
const connects =
  /^(?:redis(?:-cluster|-sentinel)?(?:-streams)?|postgresql|mysql|mssql|mongodb|kafka|apache-kafka|cassandra|clickhouse|beanstalkd|couchdb|elasticsearch|opensearch)$/;

function connectsAtStart(type: string, metadata: Readonly<Record<string, string>>): boolean {
  // Only to sign in: without a user the first question connects.
  if (type === 'etcd') return metadata['username'] !== undefined;
  if (type !== 'rabbitmq') return connects.test(type);
  return metadata['protocol'] === 'amqp' || /^amqps?:/.test(metadata['host'] ?? '');
}

/** When such a server is gone, the object freezes before fallback is asked. */
export const fallbackNeverFires: ObjectRule = {
  id: 'fallback-never-fires',
  check: ({ object }) => {
    // A threshold of 0 lets fallback answer the first error, which then never reaches KEDA's loop.
    if (!object.fallback || object.fallback.failureThreshold === 0) return [];
    const index = object.triggers.findIndex(({ metadata, type }) => connectsAtStart(type, metadata));
    if (index < 0) return [];
    const type = object.triggers[index]?.type ?? '';
    return [
      {
        at: ['spec', 'triggers', index, 'type'],
        message: `A ${type} trigger connects while KEDA builds it. While the server is gone that fails, and from the second poll on nothing of this object is evaluated: no fallback, no activation, no scale to zero.`,
        fix: 'Give it a ScaledObject of its own target, or read the same number over HTTP (an exporter with prometheus, or metrics-api).',
      },
    ];
  },
};

/** A formula needs every value. */
export const formulaOneFailure: ObjectRule = {
  id: 'formula-one-failure',
  check: ({ object: { fallback, scalingModifiers: modifiers, triggers } }) => {
    if (!modifiers?.formula || triggers.length < 2 || fallback || modifiers.formula.includes('??')) return [];
    return [
      {
        at: ['spec', 'advanced', 'scalingModifiers', 'formula'],
        message:
          'While one trigger fails the whole object counts as inactive, although the others are busy: nothing wakes it from zero.',
        fix: 'Add fallback with behavior: scalingModifiers and write a ?? b, so that the formula can do without one.',
      },
    ];
  },
};

/** Losing the source looks like having no load. */
export const ignoreNullValues: ObjectRule = {
  id: 'ignore-null-values',
  check: ({ object, reachesZero }) =>
    triggersOf(object)
      .filter(({ trigger }) => trigger.type === 'prometheus' && !trigger.metadata['ignoreNullValues']?.trim())
      .map(({ path }) => ({
        at: [...path, 'metadata'],
        message: `ignoreNullValues is true unless it is set: when Prometheus loses its targets, the empty result counts as 0 and the target is scaled ${reachesZero ? 'to zero' : 'to its minimum'} at full load.`,
        fix: 'Set ignoreNullValues: "false" and write "… or vector(0)" in the query where having no series is normal.',
      })),
};

/** What the authentications of an object read from Secrets and ConfigMaps, and which of these is among the files. */
const readByAuthentication = ({ object, set }: ObjectContext) =>
  triggersOf(object).flatMap(({ path, trigger: { authenticationRef: ref } }) => {
    const authentication = set.triggerAuthentications.find(
      (other) => other.kind === ref?.kind && other.name === ref.name,
    );
    return (authentication?.objects ?? []).map((wanted) => ({
      ...wanted,
      at: [...path, 'authenticationRef', 'name'],
      found: set.configMaps.find((other) => other.kind === wanted.kind && other.name === wanted.name),
    }));
  });

/** A missing key is no error anywhere. */
export const secretMissing: ObjectRule = {
  id: 'secret-missing',
  check: (context) =>
    readByAuthentication(context).flatMap(({ at, found, key, kind, name, parameter }) =>
      found === undefined || key in found.data
        ? []
        : [
            {
              at,
              message: `${kind} "${name}" has no key "${key}". KEDA takes "${parameter}" as an empty text, without an error.`,
              fix: 'Add it.',
            },
          ],
    ),
};

/** Secrets seldom lie beside the files that name them. */
export const secretUnseen: ObjectRule = {
  id: 'secret-unseen',
  check: (context) =>
    readByAuthentication(context).flatMap(({ at, found, kind, name, parameter }) =>
      found
        ? []
        : [
            {
              at,
              message: `There is no ${kind} "${name}" among the files. Where the cluster has none either, KEDA takes "${parameter}" as an empty text, without an error.`,
              fix: 'Make sure that the cluster has it.',
            },
          ],
    ),
};
