import type { ManifestProblem } from './manifest-problem.ts';
import { manifestError } from './manifest-problem.ts';
import type { ManifestSet } from './manifest-set.ts';
import type { ScaledJobSpec } from './scaled-job.ts';
import { expandEnvironment, resolveEnvironment, type ResolvedVariable } from './target-spec.ts';

/** How one job of a ScaledJob is run to its end. */
export interface JobLaunch {
  readonly name: string;
  readonly namespace: string;
  /** Program and arguments, `$(NAME)` not yet expanded. Never empty. */
  readonly command: readonly string[];
  readonly environment: readonly ResolvedVariable[];
  readonly workingDir: string | null;
  readonly manifestFile: string;
  /** Times a job that failed is tried again. @defaultValue 6, as a Job's */
  readonly backoffLimit: number;
  /** A job that has not ended after this is stopped and has failed; null without limit. */
  readonly activeDeadlineMs: number | null;
  /** From SIGTERM to SIGKILL when a job is stopped. */
  readonly terminationGracePeriodMs: number;
}

/** A ScaledJob, and how to run its jobs. */
export interface JobSpec {
  readonly name: string;
  readonly scaledJob: ScaledJobSpec;
  readonly launch: JobLaunch;
  /** The environment `*FromEnv` keys of triggers look into. */
  readonly triggerEnvironment: Readonly<Record<string, string>>;
}

const defaultBackoffLimit = 6;

/**
 * One entry for each ScaledJob, in their order.
 *
 * @throws AppError `invalid-argument` naming a missing command and every ConfigMap, Secret and key that is missing and
 * not optional.
 */
export function toJobSpecs(manifests: Pick<ManifestSet, 'configMaps' | 'scaledJobs'>): readonly JobSpec[] {
  const problems: ManifestProblem[] = [];
  const specs = manifests.scaledJobs.flatMap((job): readonly JobSpec[] => {
    const [main] = job.containers;
    if (!main) return [];
    if (main.command.length === 0) {
      problems.push({
        ...job.source,
        path: `spec.jobTargetRef.template.spec.containers[${main.name}].command`,
        rule: 'here-container',
        message: 'expected the command that a job runs; there is no image here whose own could be taken',
      });
    }
    const environment = resolveEnvironment(job, main, manifests.configMaps, problems);
    const source = job.containers.find(({ name }) => name === job.envSourceContainerName) ?? main;
    const variables =
      source === main ? environment : resolveEnvironment(job, source, manifests.configMaps, problems);
    return [
      {
        name: job.name,
        scaledJob: job,
        triggerEnvironment: Object.fromEntries(expandEnvironment(variables, new Map(), () => '')),
        launch: {
          name: job.name,
          namespace: job.namespace,
          command: main.command,
          environment,
          workingDir: main.workingDir,
          manifestFile: job.source.file,
          backoffLimit: job.backoffLimit ?? defaultBackoffLimit,
          activeDeadlineMs: job.activeDeadlineMs,
          terminationGracePeriodMs: job.terminationGracePeriodMs,
        },
      },
    ];
  });
  if (problems.length > 0) throw manifestError(problems);
  return specs;
}
