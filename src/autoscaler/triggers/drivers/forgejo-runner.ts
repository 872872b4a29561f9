import { AppError } from '../../../contract/app-error.ts';
import type { TriggerValues } from '../catalogue/trigger-values.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { urlProblem } from './http/http-auth.ts';

/** The narrowest of what is named: a repository, an organisation, the whole server, else what the token's user has. */
function jobsPath(values: TriggerValues): string {
  const [owner, repo, org] = ['owner', 'repo', 'org'].map((name) => encodeURIComponent(values.text(name)));
  if (owner && repo) return `/api/v1/repos/${owner}/${repo}/actions/runners/jobs`;
  if (org) return `/api/v1/orgs/${org}/actions/runners/jobs`;
  return values.flag('global') ? '/api/v1/admin/runners/jobs' : '/api/v1/user/actions/runners/jobs';
}

/**
 * Jobs of Forgejo Actions that wait for a runner with the labels. KEDA calls it active whatever the number, so that the
 * last replica never goes.
 *
 * @see https://keda.sh/docs/latest/scalers/forgejo/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const base = values.text('address').replace(/\/+$/, '');
  const problems = urlProblem('address', base);
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const token = values.text('token');
  const url = new URL(`${base}${jobsPath(values)}`);
  url.searchParams.set('labels', values.text('labels'));
  const what = `Forgejo at ${url.origin}`;
  return oneMetricTrigger(spec.type, trigger, async (_nowMs, signal) => {
    const { text } = await askText(
      {
        what,
        url,
        headers: { authorization: `token ${token}` },
        secrets: [token],
        accepts: (status) => status === 200,
        fetch: dependencies.fetch,
      },
      signal,
    );
    const jobs = jsonOf(text, what);
    // Nothing to do is written as null.
    if (jobs === null || Array.isArray(jobs)) return { value: jobs?.length ?? 0, active: true };
    throw new AppError('upstream-failed', `${what} answered with something that is no list of jobs.`);
  });
};
