import * as z from 'zod';
import { AppError } from '../../../contract/app-error.ts';
import type { TriggerValues } from '../catalogue/trigger-values.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { seleniumDemand, type Capabilities, type GridView } from '../values/selenium-demand.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { basicAuth } from './http/basic-auth.ts';
import { urlProblem } from './http/http-auth.ts';
import { tlsOf } from './net/tls-of.ts';

const question = `{
  nodesInfo { nodes { id status sessionCount maxSession stereotypes sessions { id slot { id stereotype } } } }
  sessionsInfo { sessionQueueRequests }
}`;

const count = z
  .int()
  .nullish()
  .transform((value) => value ?? 0);
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
const capabilities = z.record(z.string(), z.unknown());
/** JSON inside of JSON; what cannot be read fits nothing. */
const inside = <Inner extends z.ZodType>(inner: Inner) =>
  text.transform((json) => {
    const parsed = inner.safeParse(parsedOrNull(json));
    return parsed.success ? parsed.data : null;
  });

const answerSchema = z.object({
  errors: list(z.object({ message: text })),
  data: z
    .object({
      nodesInfo: z
        .object({
          nodes: list(
            z.object({
              id: text,
              status: text,
              sessionCount: count,
              maxSession: count,
              stereotypes: inside(z.array(z.object({ slots: count, stereotype: capabilities.nullish() }))),
              sessions: list(z.object({ slot: z.object({ stereotype: inside(capabilities) }).nullish() })),
            }),
          ),
        })
        .nullish(),
      sessionsInfo: z.object({ sessionQueueRequests: list(inside(capabilities)) }).nullish(),
    })
    .nullish(),
});

/**
 * Browser nodes that a Selenium grid needs: one for each session that runs, and for each request that waits and finds no
 * free slot. Asked by GraphQL.
 *
 * @see https://keda.sh/docs/latest/scalers/selenium-grid-scaler/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const { index, logger, target } = dependencies;
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const address = values.text('url');
  const wanted = capabilities.safeParse(parsedOrNull(values.text('capabilities') || '{}'));
  const problems = [
    ...urlProblem('url', address),
    ...(wanted.success
      ? []
      : ['capabilities: expected an object as JSON, such as {"acceptInsecureCerts":true}']),
  ];
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  const browserName = values.text('browserName');
  const kind = {
    browserName,
    sessionBrowserName: values.text('sessionBrowserName') || browserName,
    browserVersion: values.text('browserVersion'),
    platformName: values.text('platformName'),
    capabilities: {
      ...wanted.data,
      ...(values.flag('enableManagedDownloads') ? { 'se:downloadsEnabled': true } : {}),
    },
    nodeMaxSessions: values.number('nodeMaxSessions'),
  };
  const what = `The Selenium grid at ${new URL(address).origin}`;
  const login = authorization(values);
  const signed = login['authorization']?.replace(/^\S+ /, '');
  const secrets = [values.text('password'), values.text('accessToken'), signed];
  return oneMetricTrigger(spec.type, trigger, async (_nowMs, signal) => {
    const { text: answer } = await askText(
      {
        what,
        url: new URL(address),
        headers: { 'content-type': 'application/json', ...login },
        body: JSON.stringify({ query: question }),
        tls: tlsOf(values),
        secrets,
        accepts: (status) => status === 200,
        fetch: dependencies.fetch,
      },
      signal,
    );
    const parsed = answerSchema.safeParse(jsonOf(answer, what));
    if (!parsed.success) {
      throw new AppError('upstream-failed', `${what} answered with something that is no view of a grid.`);
    }
    const [error] = parsed.data.errors;
    // KEDA reads on: what is missing counts as nothing.
    if (error) {
      const message = withoutSecrets(error.message, secrets).slice(0, 200);
      logger.warn({ event: 'selenium-grid-error', target, index, message });
    }
    const { newNodes, ongoingSessions } = seleniumDemand(viewOf(parsed.data), kind);
    return newNodes + ongoingSessions;
  });
};

function viewOf({ data }: z.infer<typeof answerSchema>): GridView {
  return {
    requests: (data?.sessionsInfo?.sessionQueueRequests ?? []).filter((request) => request !== null),
    nodes: (data?.nodesInfo?.nodes ?? []).map(({ sessions, stereotypes, ...node }) => ({
      ...node,
      stereotypes: (stereotypes ?? []).map(({ slots, stereotype }) => ({
        slots,
        stereotype: stereotype ?? {},
      })),
      sessions: sessions
        // A session whose slot cannot be read is nobody's.
        .map(({ slot }): Capabilities | null => slot?.stereotype ?? null)
        .filter((stereotype) => stereotype !== null)
        .map((stereotype) => ({ stereotype })),
    })),
  };
}

function authorization(values: TriggerValues): Record<string, string> {
  const kind = values.text('authType');
  const [username, password] = [values.text('username'), values.text('password')];
  const token = values.text('accessToken');
  const isBasic = kind.toLowerCase() === 'basic';
  if ((kind === '' || isBasic) && username !== '' && password !== '') {
    return { authorization: basicAuth(username, password) };
  }
  return !isBasic && token !== '' ? { authorization: `${kind} ${token}`.trim() } : {};
}

function parsedOrNull(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The caller knows what that means.
    return null;
  }
}
