import type { TriggerValues } from './trigger-values.ts';

/**
 * A PostgreSQL connection as key=value text: the given one, or made of its parts. Values with blanks, quotes or
 * backslashes are quoted. With a workload identity it is always made of its parts, with a place for the token that KEDA
 * puts in at each connection.
 */
export function postgresConnection(values: TriggerValues, podIdentity = 'none'): string {
  const isByToken = podIdentity === 'azure-workload';
  if (values.has('connection') && !isByToken) return values.text('connection');
  const part = (key: string, name: string): string => `${key}=${quoted(values.text(name))}`;
  return [
    part('host', 'host'),
    part('port', 'port'),
    part('user', 'userName'),
    part('dbname', 'dbName'),
    part('sslmode', 'sslmode'),
    isByToken ? '%PASSWORD%' : part('password', 'password'),
  ].join(' ');
}

const quoted = (value: string): string =>
  /[\s'\\]/.test(value) ? `'${value.replace(/[\\']/g, (found) => `\\${found}`)}'` : value;

/** A SQL Server connection URL: the given one, or made of its parts. */
export function sqlServerConnection(values: TriggerValues): string {
  if (values.has('connectionString')) return values.text('connectionString');
  const user = values.text('username');
  const login =
    user === '' ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(values.text('password'))}@`;
  const port = values.has('port') ? `:${values.text('port') || String(values.number('port'))}` : '';
  const database = values.has('database') ? `?database=${encodeURIComponent(values.text('database'))}` : '';
  return `sqlserver://${login}${values.text('host')}${port}${database}`;
}
