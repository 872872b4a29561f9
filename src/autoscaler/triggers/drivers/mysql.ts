import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import { keepConnection } from '../kept-connection.ts';
import type { CreateTrigger } from '../trigger.ts';
import { hostAndPort, parseMysqlConnection, type MysqlPlace } from './mysql/connection-text.ts';
import { openMysql } from './mysql/open-mysql.ts';

const openTimeoutMs = 5000;
/** KEDA waits as long as the query takes; whoever reads all triggers waits 30 s. */
const askTimeoutMs = 30_000;

/**
 * The number in the first column of a query's first row, from MySQL or MariaDB.
 *
 * @see https://keda.sh/docs/latest/scalers/mysql/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const text = values.text('connectionString');
  const place: MysqlPlace | null =
    text === ''
      ? {
          ...hostAndPort(`${values.text('host')}${values.has('port') ? `:${values.text('port')}` : ''}`),
          socket: false,
          user: values.text('username'),
          password: values.text('password'),
          database: values.text('dbName'),
          tls: 'false',
        }
      : parseMysqlConnection(text);
  if (!place) {
    throw triggerProblems(spec, dependencies, [
      'connectionString: expected user:password@tcp(host:port)/database, and tls only as true, false, skip-verify or preferred',
    ]);
  }
  const connection = keepConnection({
    what: `MySQL at ${place.host}${place.socket ? '' : `:${place.port}`}`,
    open: () => openMysql(place, openTimeoutMs),
    openTimeoutMs,
    askTimeoutMs,
    secrets: [place.password],
  });
  const query = values.text('query');
  return oneMetricTrigger(
    'mysql',
    trigger,
    (_nowMs, signal) => connection.ask(signal, (client) => client.number(query)),
    connection,
  );
};
