import * as z from 'zod';
import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { askText, jsonOf } from './http/ask-text.ts';

const addresses: Readonly<Record<string, string>> = {
  us: 'https://api.newrelic.com/graphql',
  eu: 'https://api.eu.newrelic.com/graphql',
  staging: 'https://staging-api.newrelic.com/graphql',
};
const question =
  'query($account: Int!, $nrql: Nrql!) { actor { account(id: $account) { nrql(query: $nrql) { results } } } }';
/** Queries over days take their time. */
const timeoutMs = 30_000;

const answerSchema = z.object({
  errors: z.array(z.object({ message: z.string() })).nullish(),
  data: z
    .object({
      actor: z.object({
        account: z
          .object({
            nrql: z.object({ results: z.array(z.record(z.string(), z.unknown())).nullish() }).nullish(),
          })
          .nullish(),
      }),
    })
    .nullish(),
});

/**
 * The first number in the first row of an NRQL query, asked through NerdGraph. No number is 0, or an error with
 * `noDataError`.
 *
 * @see https://keda.sh/docs/latest/scalers/new-relic/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const address = addresses[values.text('region').toLowerCase()];
  if (address === undefined) {
    throw triggerProblems(spec, dependencies, [
      `region: expected US, EU or Staging, received "${values.text('region')}"`,
    ]);
  }
  const key = values.text('queryKey');
  const nrql = values.text('nrql');
  const what = `New Relic at ${new URL(address).host}`;
  const body = JSON.stringify({
    query: question,
    variables: { account: values.number('account'), nrql },
  });
  return oneMetricTrigger(spec.type, trigger, async (_nowMs, signal) => {
    const { text } = await askText(
      {
        what,
        url: new URL(address),
        headers: { 'content-type': 'application/json', 'api-key': key },
        body,
        timeoutMs,
        secrets: [key],
        fetch: dependencies.fetch,
      },
      signal,
    );
    const value = firstNumber(jsonOf(text, what), what, [key]);
    if (value !== null) return value;
    if (!values.flag('noDataError')) return 0;
    throw new AppError('upstream-failed', `${what}: the query ${nrql} gave no number.`);
  });
};

/** @returns null when the first row has none. @throws AppError `upstream-failed` with what New Relic complains about. */
export function firstNumber(answer: unknown, what: string, secrets: readonly string[] = []): number | null {
  const parsed = answerSchema.safeParse(answer);
  const complaint = parsed.data?.errors?.[0]?.message;
  if (!parsed.success || complaint !== undefined) {
    throw new AppError(
      'upstream-failed',
      `${what}: ${withoutSecrets(complaint ?? 'expected an answer of NerdGraph', secrets).slice(0, 200)}.`,
    );
  }
  const [row = {}] = parsed.data.data?.actor.account?.nrql?.results ?? [];
  return Object.values(row).find((value) => typeof value === 'number') ?? null;
}
