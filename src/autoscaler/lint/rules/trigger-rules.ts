import { isResource } from '../../manifests/admission/rule.ts';
import type { ManifestSet } from '../../manifests/manifest-set.ts';
import type { TriggerSpec } from '../../manifests/scaled-object.ts';
import { authenticationOf, resolveAuthParams } from '../../triggers/auth-params.ts';
import { typesReadHere } from '../../triggers/catalog.ts';
import { catalogue } from '../../triggers/catalogue/catalogue.ts';
import { checkTrigger } from '../../triggers/catalogue/check-trigger.ts';
import type { Complaint } from '../finding.ts';
import { nearestName } from '../nearest-name.ts';
import type { KnownEnvironment } from '../trigger-environment.ts';

/** Where a trigger stands: a ScaledObject or a ScaledJob. */
export interface TriggerPlace {
  readonly trigger: TriggerSpec;
  readonly index: number;
  readonly namespace: string;
  readonly set: ManifestSet;
  readonly environment: KnownEnvironment;
  /** Does only a formula use it? */
  readonly formulaInput: boolean;
}

/** Types that only Sluice knows. */
const ownTypes = new Set(['sluice-pending']);

/** Keys that older releases of KEDA read; they stand in many files and mean nothing any more. */
const formerKeys: Readonly<Record<string, string>> = {
  metricName: 'KEDA names the metric itself since 2.12',
};

/** Everything that the parameters of one trigger say. */
export function triggerComplaints(place: TriggerPlace): readonly (Complaint & { readonly rule: string })[] {
  const { environment, index, namespace, set, trigger } = place;
  const path = ['spec', 'triggers', index];
  if (ownTypes.has(trigger.type)) {
    return [
      {
        rule: 'here-trigger',
        at: [...path, 'type'],
        message: `"${trigger.type}" is Sluice's own; a cluster does not know it.`,
        fix: "On a cluster use external-push with the gateway's address.",
      },
    ];
  }
  // A file of secrets lies on the cluster; lint reads only what it was given.
  const authParams = ownAuthentication(place)?.filePath
    ? {}
    : resolveAuthParams(trigger, namespace, set, environment.values);
  const checked = checkTrigger(
    trigger.type,
    { triggerMetadata: trigger.metadata, authParams, resolvedEnv: environment.values },
    { metricType: trigger.metricType, formulaInput: place.formulaInput, podIdentity: podIdentityOf(place) },
  );
  if (!checked) {
    const near = nearestName(trigger.type, [...catalogue().keys()]);
    return [
      {
        rule: 'trigger-unknown-type',
        at: [...path, 'type'],
        message: `KEDA has no trigger type "${trigger.type}"; the object never becomes ready.`,
        fix: near
          ? `Did you mean ${near}?`
          : 'See https://keda.sh/docs/latest/scalers/ for the types there are.',
      },
    ];
  }
  const known = checked.entry.parameters.flatMap(({ names }) => names);
  const isCertain = isComplete(place);
  const problems = checked.problems
    // metricType has a rule of its own.
    .filter((problem) => !problem.startsWith('metricType:'))
    .filter((problem) => isCertain || (problem.split(':')[0] ?? '') in trigger.metadata)
    .map((problem) => parameterComplaint(problem, trigger, path));
  return [
    ...notReadHere(trigger, path),
    ...problems,
    ...checked.warnings.map((warning) => ({
      rule: 'trigger-announced-end',
      at: [...path, 'metadata', warning.split(':')[0] ?? ''],
      // The path has said the name already.
      message: `${warning.replace(/^\w+: /, '')}.`,
      fix: 'Plan the change before the next release of KEDA.',
    })),
    // Somebody else's scaler gets all of the metadata; and one word about a key is enough.
    ...(trigger.type.startsWith('external') ? [] : checked.unknownKeys)
      .filter((key) => !problems.some(({ at }) => at.at(-1) === key))
      .map((key) => unknownKey(key, known, trigger, path)),
  ];
}

/** A cluster reads it; here nobody does. */
function notReadHere(
  { type }: TriggerSpec,
  path: readonly PropertyKey[],
): readonly (Complaint & { readonly rule: string })[] {
  if (typesReadHere.has(type)) return [];
  return [
    {
      rule: 'here-trigger',
      at: [...path, 'type'],
      message: `${type} is read on a cluster only. On this machine sluice up leaves the trigger out under policy instant, and does not start under policy keda.`,
      fix: 'Nothing for a cluster. To have it here, run an external scaler that reads the same source, and use a trigger of type external.',
    },
  ];
}

function parameterComplaint(
  problem: string,
  trigger: TriggerSpec,
  path: readonly PropertyKey[],
): Complaint & { readonly rule: string } {
  // `name: what is wrong`, or a sentence about several parameters.
  const [, name, reason = problem] = /^(\w+): (.*)$/.exec(problem) ?? [];
  const isOldType = name === 'type' && isResource(trigger.type);
  const movesType = isOldType && trigger.metricType === null;
  const isGiven = name !== undefined && name in trigger.metadata;
  return {
    rule: 'trigger-parameters',
    at: name === undefined ? [...path, 'metadata'] : [...path, 'metadata', name],
    message: `${reason}. The object is admitted, but its ${trigger.type} trigger never becomes ready.`,
    fix: isOldType
      ? 'Write it as metricType of the trigger.'
      : ((isGiven ? wayOut(name, reason, trigger.metadata[name] ?? '') : null) ??
        `${isGiven ? 'Correct' : 'Add'} ${name ?? 'what is missing'}.`),
    ...(isOldType
      ? {
          edits: [
            { kind: 'remove' as const, at: [...path, 'metadata', 'type'] },
            ...(movesType
              ? [{ kind: 'set' as const, at: [...path, 'metricType'], value: trigger.metadata['type'] ?? '' }]
              : []),
          ],
        }
      : {}),
  };
}

/** What its writer most likely meant: a neighbour among the values there are, or a variable. */
function wayOut(name: string, reason: string, given: string): string | null {
  if (reason.includes('://') && /^[A-Za-z]\w*$/.test(given)) {
    return `If that is the name of a variable of the container, write it under ${name}FromEnv.`;
  }
  const [, list = ''] = /^expected (?:one of )?(\w+(?:(?:, | or )\w+)+), received /.exec(reason) ?? [];
  const near = list === '' ? null : nearestName(given, list.split(/, | or /));
  return near === null ? null : `Write ${name}: ${near}.`;
}

function unknownKey(
  key: string,
  known: readonly string[],
  trigger: TriggerSpec,
  path: readonly PropertyKey[],
): Complaint & { readonly rule: string } {
  const at = [...path, 'metadata', key];
  const former = formerKeys[key];
  if (former !== undefined) {
    return {
      rule: 'trigger-unknown-key',
      at,
      message: `${trigger.type} does not read "${key}": ${former}.`,
      fix: 'Remove it.',
      edits: [{ kind: 'remove', at }],
    };
  }
  const ending = key.endsWith('FromEnv') ? 'FromEnv' : '';
  const near = nearestName(key.slice(0, key.length - ending.length), known);
  const isFree = near !== null && trigger.metadata[near] === undefined;
  return {
    rule: 'trigger-unknown-key',
    at,
    message: `${trigger.type} has no parameter "${key}"; KEDA ignores it without a word.`,
    fix: isFree ? `Did you mean ${near}${ending}?` : 'Remove it.',
    // Where the parameter that was meant is missing and mandatory, the trigger does not work today: nothing can break.
    ...(isFree && isMandatory(trigger.type, near)
      ? { edits: [{ kind: 'rename' as const, at, to: `${near}${ending}` }] }
      : {}),
  };
}

const isMandatory = (type: string, name: string): boolean =>
  catalogue()
    .get(type)
    ?.parameters.some(
      ({ default: fallback, names, optional }) => names.includes(name) && !optional && fallback === undefined,
    ) ?? false;

const ownAuthentication = ({ namespace, set, trigger }: TriggerPlace) =>
  authenticationOf(trigger, namespace, set);

const podIdentityOf = (place: TriggerPlace): string => ownAuthentication(place)?.podIdentity ?? 'none';

/** Could a value come from something that is not among the files? */
function isComplete(place: TriggerPlace): boolean {
  const { environment, set, trigger } = place;
  const asksEnvironment = Object.keys(trigger.metadata).some((key) => key.endsWith('FromEnv'));
  if (asksEnvironment && !environment.isComplete) return false;
  if (!trigger.authenticationRef) return true;
  const authentication = ownAuthentication(place);
  if (!authentication || (authentication.env.length > 0 && !environment.isComplete)) return false;
  if (authentication.podIdentity !== 'none' || authentication.filePath) return false;
  return authentication.objects.every(({ key, kind, name }) =>
    set.configMaps.some((object) => object.kind === kind && object.name === name && key in object.data),
  );
}
