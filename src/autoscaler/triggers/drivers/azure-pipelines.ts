import * as z from 'zod';
import { AppError } from '../../../contract/app-error.ts';
import type { TriggerValues } from '../catalogue/trigger-values.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { pipelineJobs, type AgentKind, type PipelineJob } from '../values/pipeline-jobs.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { basicAuth } from './http/basic-auth.ts';
import { urlProblem } from './http/http-auth.ts';

const poolsSchema = z.object({ value: z.array(z.object({ id: z.int() })) });
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
const jobsSchema = z.object({
  value: list(
    z.object({
      result: z
        .string()
        .nullish()
        .transform((result) => result ?? null),
      demands: list(z.string()),
      matchedAgents: list(z.object({ name: z.string().nullish() })),
    }),
  ),
});

/**
 * Jobs of an agent pool of Azure Pipelines that the replicas can do, waiting or running.
 *
 * @see https://keda.sh/docs/latest/scalers/azure-pipelines/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const organisation = values.text('organizationURL');
  // Secrets of files often end with one.
  const token = values.text('personalAccessToken').replace(/\n$/, '');
  const problems = [
    ...urlProblem('organizationURL', organisation),
    ...(token === ''
      ? ['personalAccessToken: expected a value, because workload identity is known only to a cluster']
      : []),
  ];
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const what = `Azure Pipelines at ${new URL(organisation).host}`;
  const kind = agentKind(values);
  const poolName = values.text('poolName');
  let foundPool: number | null = null;

  const ask = async (path: string, signal: AbortSignal): Promise<unknown> => {
    const { text } = await askText(
      {
        what,
        url: new URL(`${organisation}/_apis/distributedtask/${path}`),
        headers: { authorization: basicAuth('', token) },
        secrets: [token],
        // Whoever is not let in gets a page to sign in: as 203, or by a redirect.
        accepts: (status) => status >= 200 && status < 300 && status !== 203,
        redirect: 'manual',
        fetch: dependencies.fetch,
      },
      signal,
    );
    return jsonOf(text, what);
  };
  const findPool = async (signal: AbortSignal): Promise<number> => {
    const answer = poolsSchema.safeParse(await ask(`pools?poolName=${encodeURIComponent(poolName)}`, signal));
    const [pool, ...others] = answer.data?.value ?? [];
    if (pool && others.length === 0) return pool.id;
    throw new AppError(
      'upstream-failed',
      `${what}: expected one agent pool with the name "${poolName}", found ${pool ? others.length + 1 : 'none'}.`,
    );
  };

  return oneMetricTrigger(spec.type, trigger, async (_nowMs, signal) => {
    const pool = poolName === '' ? values.number('poolID') : (foundPool ?? (await findPool(signal)));
    // Another pool may have the name after a failure.
    foundPool = null;
    const jobs = jobsSchema.safeParse(await ask(`pools/${pool}/jobrequests${jobsQuery(values)}`, signal));
    if (!jobs.success) {
      throw new AppError('upstream-failed', `${what} answered with something that is no list of jobs.`);
    }
    foundPool = pool;
    return pipelineJobs(jobs.data.value.map(pipelineJob), kind);
  });
};

/** `$top` leaves out which agents match, so that it cannot be asked for with a parent. */
function jobsQuery(values: TriggerValues): string {
  if (values.flag('fetchUnfinishedJobsOnly')) return '?completedRequestCount=0';
  return values.has('parent') ? '' : `?$top=${values.number('jobsToFetch')}`;
}

function agentKind(values: TriggerValues): AgentKind {
  const demands = values.text('demands');
  const ofOffer = values.flag('requireAllDemandsAndIgnoreOthers') ? 'offer' : 'job';
  return {
    parent: values.text('parent'),
    demands: demands === '' ? [] : demands.split(','),
    rule: values.flag('requireAllDemands') ? 'both' : ofOffer,
    ignoresCase: values.flag('caseInsensitiveDemandsProcessing'),
  };
}

const pipelineJob = ({
  matchedAgents,
  ...job
}: z.infer<typeof jobsSchema>['value'][number]): PipelineJob => ({
  ...job,
  matchedAgents: matchedAgents.map(({ name }) => name ?? ''),
});
