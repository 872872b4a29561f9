import { workloadOf } from '../manifests/admission/rule.ts';
import {
  collectManifests,
  type CollectedManifests,
  type ManifestText,
} from '../manifests/collect-manifests.ts';
import { pathText, type ManifestProblem } from '../manifests/manifest-problem.ts';
import type { ManifestSet } from '../manifests/manifest-set.ts';
import type { ManifestSource } from '../manifests/metadata-schema.ts';
import type { ScaledObjectSpec } from '../manifests/scaled-object.ts';
import type { Complaint, Finding, Severity } from './finding.ts';
import { reachesZero, type ObjectRule } from './lint-rule.ts';
import { lintRules } from './rule-severities.ts';
import {
  fallbackIntegerTarget,
  fallbackNeverFires,
  fallbackToZero,
  formulaOneFailure,
  ignoreNullValues,
  secretMissing,
  secretUnseen,
} from './rules/outage-rules.ts';
import { problemFix } from './rules/problem-fix.ts';
import { routeComplaints } from './rules/route-rules.ts';
import {
  cronTolerance,
  idleAboveZero,
  pausedChangesAlgorithm,
  queueWorkCutShort,
  scaleInUnlimited,
  shortGracePeriod,
  valueMultiplies,
} from './rules/scale-in-rules.ts';
import { triggerComplaints } from './rules/trigger-rules.ts';
import {
  activationHoldsBack,
  activationUnreachable,
  cpuNoActivation,
  metricsApiOwnService,
  metricVanishesAtZero,
  redisStreamsPending,
} from './rules/zero-rules.ts';
import { triggerEnvironment } from './trigger-environment.ts';

/** Rules about a ScaledObject as a whole, in the order of their sections in docs/lint.md. */
export const objectRules: readonly ObjectRule[] = [
  metricVanishesAtZero,
  metricsApiOwnService,
  activationUnreachable,
  activationHoldsBack,
  redisStreamsPending,
  cpuNoActivation,
  idleAboveZero,
  scaleInUnlimited,
  shortGracePeriod,
  queueWorkCutShort,
  fallbackIntegerTarget,
  fallbackToZero,
  fallbackNeverFires,
  formulaOneFailure,
  ignoreNullValues,
  secretMissing,
  secretUnseen,
  pausedChangesAlgorithm,
  valueMultiplies,
  cronTolerance,
];

/**
 * What KEDA would refuse, what it ignores without a word, and what will hurt: of all objects of all files together,
 * by file and line. Pure but for loading the YAML parser.
 */
export async function lint(texts: readonly ManifestText[]): Promise<readonly Finding[]> {
  const collected = await collectManifests(texts);
  const findings = [
    ...collected.problems.map((problem) => fromProblem(problem, 'error')),
    ...collected.set.warnings.map((problem) => fromProblem(problem, 'warning')),
    ...collected.set.scaledObjects.flatMap((object) => lintObject(object, collected)),
    ...collected.set.interceptorRoutes.flatMap((route) =>
      routeComplaints(route, collected.set).map((complaint) =>
        place(complaint.rule, complaint, route.source, collected),
      ),
    ),
    ...collected.set.scaledJobs.flatMap((job) => {
      const container =
        job.containers.find(({ name }) => name === job.envSourceContainerName) ?? job.containers[0] ?? null;
      return lintTriggers({ ...job, formulaInput: false }, collected, container);
    }),
  ];
  if (findings.length === 0 && isEmpty(collected.set)) findings.push(...nothingRead(texts));
  const files = texts.map(({ file }) => file);
  return findings.sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || (a.rule < b.rule ? -1 : 1),
  );
}

const isEmpty = (set: ManifestSet): boolean => Object.values(set).every((objects) => objects.length === 0);

/** Silence would read as praise. */
const nothingRead = (texts: readonly ManifestText[]): readonly Finding[] =>
  texts.slice(0, 1).map(({ file }) => ({
    rule: 'nothing-read',
    severity: severityOf('nothing-read', 'warning'),
    file,
    line: 1,
    path: '',
    message: `${texts.length === 1 ? 'The file holds' : `These ${texts.length} files hold`} no object that lint reads.`,
    fix: 'Give the files with the ScaledObject, its workload and its authentications.',
    docs: docsOf('nothing-read'),
    edits: [],
  }));

function lintObject(object: ScaledObjectSpec, collected: CollectedManifests): readonly Finding[] {
  const { set } = collected;
  const workload = workloadOf(object, { ...set, unreadableDeployments: 0 }) ?? null;
  const context = { object, set, workload, reachesZero: reachesZero(object) };
  const container =
    workload?.containers.find(({ name }) => name === object.scaleTargetRef.envSourceContainerName) ??
    workload?.main ??
    null;
  const say = (rule: string, complaint: Complaint): Finding =>
    place(rule, complaint, object.source, collected);
  return [
    ...lintTriggers(
      { ...object, formulaInput: Boolean(object.scalingModifiers?.formula) },
      collected,
      container,
    ),
    ...objectRules.flatMap((rule) => rule.check(context).map((complaint) => say(rule.id, complaint))),
  ];
}

function lintTriggers(
  owner: Pick<ScaledObjectSpec, 'namespace' | 'triggers' | 'source'> & { readonly formulaInput: boolean },
  collected: CollectedManifests,
  container: Parameters<typeof triggerEnvironment>[0],
): readonly Finding[] {
  const { set } = collected;
  const environment = triggerEnvironment(container, owner.namespace, set);
  return owner.triggers.flatMap((trigger, index) =>
    triggerComplaints({
      trigger,
      index,
      namespace: owner.namespace,
      set,
      environment,
      formulaInput: owner.formulaInput,
    }).map((complaint) => place(complaint.rule, complaint, owner.source, collected)),
  );
}

const severityOf = (rule: string, otherwise: Severity): Severity => lintRules[rule]?.severity ?? otherwise;
const docsOf = (rule: string): string => `docs/lint.md#${rule}`;

function place(
  rule: string,
  complaint: Complaint,
  source: ManifestSource,
  collected: CollectedManifests,
): Finding {
  return {
    rule,
    severity: severityOf(rule, 'warning'),
    file: source.file,
    line: collected.documentOf(source)?.lineOf(complaint.at) ?? source.line,
    path: pathText(complaint.at),
    message: complaint.message,
    fix: complaint.fix,
    docs: docsOf(rule),
    edits: complaint.edits ?? [],
  };
}

function fromProblem(problem: ManifestProblem, otherwise: Severity): Finding {
  const { file, line, message, path, rule } = problem;
  const { edits, fix } = problemFix(problem);
  return {
    rule,
    severity: severityOf(rule, otherwise),
    file,
    line,
    path,
    message,
    fix,
    docs: docsOf(rule),
    edits,
  };
}
