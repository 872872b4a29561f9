import { postgresConnection } from '../catalogue/connection-texts.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import { keepConnection } from '../kept-connection.ts';
import type { CreateTrigger } from '../trigger.ts';
import { reasonOf } from '../without-secrets.ts';
import { parsePostgresConnection, type ConnectionParts } from './postgresql/connection-text.ts';
import { openPostgres } from './postgresql/open-postgres.ts';

const openTimeoutMs = 5000;
/** KEDA waits as long as the query takes; whoever reads all triggers waits 30 s. */
const askTimeoutMs = 30_000;

/**
 * The number in the first column of a query's first row.
 *
 * @see https://keda.sh/docs/latest/scalers/postgresql/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  let parts: ConnectionParts;
  try {
    parts = parsePostgresConnection(postgresConnection(values));
  } catch (error) {
    throw triggerProblems(spec, dependencies, [`connection: ${reasonOf(error)}`]);
  }
  const connection = keepConnection({
    what: `PostgreSQL at ${parts['host'] ?? '127.0.0.1'}`,
    open: () => openPostgres(parts, openTimeoutMs),
    openTimeoutMs,
    askTimeoutMs,
    secrets: [parts['password'], parts['sslpassword'], values.text('password')],
  });
  const query = values.text('query');
  return oneMetricTrigger(
    'postgresql',
    trigger,
    (_nowMs, signal) => connection.ask(signal, (client) => client.number(query)),
    connection,
  );
};
