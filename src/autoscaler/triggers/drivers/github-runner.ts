import * as z from 'zod';
import { AppError } from '../../../contract/app-error.ts';
import type { TriggerValues } from '../catalogue/trigger-values.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { createGithubClient, type GithubRound } from './github/github-client.ts';
import { urlProblem } from './http/http-auth.ts';

const repositoriesSchema = z.array(z.object({ name: z.string() }));
const runsSchema = z.object({
  workflow_runs: z
    .array(
      z.object({ id: z.int(), status: z.string().nullish(), repository: z.object({ name: z.string() }) }),
    )
    .nullish(),
});
const jobsSchema = z.object({
  jobs: z.array(z.object({ status: z.string().nullish(), labels: z.array(z.string()).nullish() })).nullish(),
});

/** As GitHub lists repositories. */
const perPage = 30;
/** More repositories than these are not looked through every few seconds. */
const maxPages = 100;
const waiting = ['queued', 'in_progress'];

/** What the runners of a trigger take. */
export interface RunnerLabels {
  readonly labels: readonly string[];
  /** Runners have the labels of their kind too, unless they were told not to. */
  readonly noDefaultLabels: boolean;
  /** Jobs without labels go to runners without labels only, not to all. */
  readonly matchUnlabeled: boolean;
}

/** Does a runner take the job? It must have every label that the job asks for. */
export function takesJob(jobLabels: readonly string[], runner: RunnerLabels): boolean {
  if (runner.matchUnlabeled && jobLabels.length === 0) return runner.labels.length === 0;
  const own = runner.noDefaultLabels ? runner.labels : [...runner.labels, 'self-hosted', 'linux', 'x64'];
  return jobLabels.every((label) => own.some((other) => other.toLowerCase() === label.toLowerCase()));
}

/**
 * Jobs of GitHub Actions that wait for a self-hosted runner or run on one. Active from the target on, not above it.
 *
 * @see https://keda.sh/docs/latest/scalers/github-runner/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const apiUrl = values.text('githubApiURL').replace(/\/+$/, '');
  const problems = urlProblem('githubApiURL', apiUrl);
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const client = createGithubClient({
    apiUrl,
    useEtags: values.flag('enableEtags'),
    token: tokenOf(apiUrl, values, dependencies.fetch),
    secrets: [values.text('personalAccessToken')],
    fetch: dependencies.fetch,
  });
  const runner: RunnerLabels = {
    labels: values.list('labels'),
    noDefaultLabels: values.flag('noDefaultLabels'),
    matchUnlabeled: values.flag('matchUnlabeledJobsWithUnlabeledRunners'),
  };
  const target = values.number('targetWorkflowQueueLength');
  return oneMetricTrigger(spec.type, trigger, async (nowMs, signal) => {
    const value = await client.round(nowMs, signal, (round) => countJobs(round, values, runner));
    return { value, active: value >= target };
  });
};

async function countJobs(round: GithubRound, values: TriggerValues, runner: RunnerLabels): Promise<number> {
  const owner = encodeURIComponent(values.text('owner'));
  let count = 0;
  for (const repository of await repositoriesOf(round, values, owner)) {
    for (const status of waiting) {
      const path = `/repos/${owner}/${encodeURIComponent(repository)}/actions/runs?status=${status}&per_page=100`;
      const answer = await round.ask(path);
      // Somebody else's repository, or one that is gone.
      if (answer === null) continue;
      const runs = read(runsSchema, answer, path).workflow_runs ?? [];
      for (const run of runs.filter((one) => waiting.includes(one.status ?? ''))) {
        const name = encodeURIComponent(run.repository.name);
        const jobsPath = `/repos/${owner}/${name}/actions/runs/${run.id}/jobs?per_page=100`;
        const jobs = read(jobsSchema, await round.ask(jobsPath), jobsPath).jobs ?? [];
        count += jobs.filter(
          (job) => waiting.includes(job.status ?? '') && takesJob(job.labels ?? [], runner),
        ).length;
      }
    }
  }
  return count;
}

async function repositoriesOf(
  round: GithubRound,
  values: TriggerValues,
  owner: string,
): Promise<readonly string[]> {
  const given = values.list('repos');
  if (given.length > 0) return given;
  const kind = values.text('runnerScope') === 'repo' ? 'users' : 'orgs';
  const names: string[] = [];
  for (let page = 1; page <= maxPages; page += 1) {
    const path = `/${kind}/${owner}/repos?page=${page}`;
    const found = read(repositoriesSchema, await round.ask(path), path);
    names.push(...found.map(({ name }) => name));
    if (found.length < perPage) return names;
  }
  throw new AppError(
    'too-large',
    `${owner} has more than ${maxPages * perPage} repositories. Name those that matter in repos.`,
  );
}

function read<Schema extends z.ZodType>(schema: Schema, answer: unknown, path: string): z.infer<Schema> {
  if (answer === null) throw new AppError('upstream-failed', `GitHub knows no ${path}, or hides it.`);
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new AppError('upstream-failed', `GitHub answered ${path} with something else than it documents.`);
}

/** Of a person, or of an app that is installed with the owner. */
function tokenOf(
  apiUrl: string,
  values: TriggerValues,
  fetch: typeof globalThis.fetch,
): (nowMs: number, signal: AbortSignal) => Promise<string> {
  if (values.number('applicationID') === 0) return () => Promise.resolve(values.text('personalAccessToken'));
  let ask: ((nowMs: number, signal: AbortSignal) => Promise<string>) | null = null;
  return async (nowMs, signal) => {
    if (!ask) {
      const { createAppToken } = await import('./github/app-token.ts');
      ask = createAppToken(
        {
          apiUrl,
          applicationId: values.number('applicationID'),
          installationId: values.number('installationID'),
          privateKey: values.text('appKey'),
        },
        fetch,
      );
    }
    return ask(nowMs, signal);
  };
}
