import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import { keepConnection } from '../kept-connection.ts';
import type { CreateTrigger } from '../trigger.ts';
import { parseExtendedJson } from './mongodb/extended-json.ts';
import { connectionText, mongoPlace, parseMongoUrl } from './mongodb/mongo-place.ts';
import { openMongo } from './mongodb/open-mongo.ts';

const mechanisms = new Set(['SCRAM-SHA-1', 'SCRAM-SHA-256']);

/**
 * How many documents of a collection meet a query. A small client of our own asks the primary: SCRAM and TLS, no
 * compression, no certificates as users.
 *
 * @see https://keda.sh/docs/latest/scalers/mongodb/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const text = connectionText(values);
  const url = parseMongoUrl(text);
  const filter = parseExtendedJson(values.text('query'));
  const mechanism = url?.options.get('authmechanism');
  const problems = [
    ...(url === null ? ['connectionString: expected mongodb://… or mongodb+srv://…'] : []),
    ...(filter === null ? ['query: expected a query as JSON, for example {"state":"waiting"}'] : []),
    ...(mechanism !== undefined && !mechanisms.has(mechanism)
      ? [`connectionString: expected authMechanism SCRAM-SHA-1 or SCRAM-SHA-256, received "${mechanism}"`]
      : []),
  ];
  if (url === null || filter === null || problems.length > 0) {
    throw triggerProblems(spec, dependencies, problems);
  }
  const connection = keepConnection({
    what: `MongoDB at ${url.hosts.join(',')}`,
    open: async (signal) => openMongo(await mongoPlace(text, values), signal),
    secrets: [url.password, text, values.text('keyPassword')],
  });
  const count = {
    aggregate: values.text('collection'),
    pipeline: [{ $match: filter }, { $group: { _id: 1, n: { $sum: 1 } } }],
    cursor: {},
  };
  return oneMetricTrigger(
    spec.type,
    trigger,
    (_nowMs, signal) =>
      connection.ask(signal, async (client) => countOf(await client.command(values.text('dbName'), count))),
    connection,
  );
};

/** Nothing found gives no group at all. */
export function countOf(answer: Readonly<Record<string, unknown>>): number {
  const cursor = answer['cursor'];
  const batch: unknown =
    typeof cursor === 'object' && cursor !== null && 'firstBatch' in cursor ? cursor.firstBatch : null;
  if (!Array.isArray(batch)) throw new AppError('upstream-failed', 'MongoDB answered without a count.');
  const [first]: readonly unknown[] = batch;
  return typeof first === 'object' && first !== null && 'n' in first && typeof first.n === 'number'
    ? first.n
    : 0;
}
