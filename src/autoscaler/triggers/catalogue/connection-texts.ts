import type { TriggerValues } from './trigger-values.ts';

/**
 * A PostgreSQL connection as key=value text: the given one, or made of its parts. With a workload identity it is always
 * made of its parts, with a place for the token that KEDA puts in at each connection.
 */
export function postgresConnection(values: TriggerValues, podIdentity = 'none'): string {
  const isByToken = podIdentity === 'azure-workload';
  if (values.has('connection') && !isByToken) return values.text('connection');
  const part = (key: string, name: string): string => `${key}=${escapePostgresValue(values.text(name))}`;
  return [
    part('host', 'host'),
    part('port', 'port'),
    part('user', 'userName'),
    part('dbname', 'dbName'),
    part('sslmode', 'sslmode'),
    isByToken ? '%PASSWORD%' : part('password', 'password'),
  ].join(' ');
}

/**
 * A value as it stands in a connection text: quoted when it holds a blank, a quote or a backslash, with a backslash
 * before the last two.
 *
 * @example escapePostgresValue("user'name") // "'user\\'name'"
 */
export function escapePostgresValue(value: string): string {
  return /[\s'\\]/.test(value) ? `'${value.replace(/['\\]/g, '\\$&')}'` : value;
}

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
