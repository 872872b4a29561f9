import { AppError } from '../../../contract/app-error.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import type { CreateTrigger } from '../trigger.ts';
import { askText, jsonOf } from './http/ask-text.ts';
import { urlProblem } from './http/http-auth.ts';
import { tlsOf } from './net/tls-of.ts';

/**
 * A number from a query: Flux on InfluxDB 2, InfluxQL or SQL on InfluxDB 3 (there over its HTTP interface; KEDA asks the
 * same server over Flight). The first record counts.
 *
 * @see https://keda.sh/docs/latest/scalers/influxdb/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const base = values.text('serverURL').replace(/\/+$/, '');
  const problems = urlProblem('serverURL', base);
  if (problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  // The metadata's own authToken has been removed; the second parameter of that name is the living one.
  const token = values.text('authToken+');
  const what = `InfluxDB at ${new URL(base).origin}`;
  const isThree = values.text('influxVersion') === '3';
  // A server without users wants no token, and refuses an empty one.
  const sign = (scheme: string): Readonly<Record<string, string>> =>
    token === '' ? {} : { authorization: `${scheme} ${token}` };
  const question = { what, tls: tlsOf(values), secrets: [token], fetch: dependencies.fetch };

  const askTwo = async (signal: AbortSignal): Promise<number> => {
    const url = new URL(`${base}/api/v2/query`);
    url.searchParams.set('org', values.text('organizationName'));
    const body = JSON.stringify({
      query: values.text('query'),
      type: 'flux',
      dialect: { header: true, annotations: ['datatype', 'group', 'default'], delimiter: ',' },
    });
    const headers = {
      ...sign('Token'),
      'content-type': 'application/json',
      accept: 'application/csv',
    };
    const { text } = await askText({ ...question, url, headers, body }, signal);
    return fluxValue(text);
  };

  const askThree = async (signal: AbortSignal): Promise<number> => {
    const language = values.text('queryType').toLowerCase() === 'sql' ? 'sql' : 'influxql';
    const url = new URL(`${base}/api/v3/query_${language}`);
    const body = JSON.stringify({ db: values.text('database'), q: values.text('query'), format: 'json' });
    const headers = { ...sign('Bearer'), 'content-type': 'application/json' };
    const { text } = await askText({ ...question, url, headers, body }, signal);
    return rowValue(jsonOf(text, what), values.text('metricKey'));
  };

  return oneMetricTrigger(spec.type, trigger, (_nowMs, signal) =>
    isThree ? askThree(signal) : askTwo(signal),
  );
};

/**
 * `_value` of the first record in annotated CSV.
 *
 * @throws AppError `upstream-failed` without a record, or when its value is neither long nor double.
 */
export function fluxValue(csv: string): number {
  const lines = csv.split(/\r?\n/);
  const types = lines.find((line) => line.startsWith('#datatype'));
  const table = lines.filter((line) => line !== '' && !line.startsWith('#')).map(splitCsv);
  const [head = [], first] = table;
  const column = head.indexOf('_value');
  if (first === undefined || first.length < 2) throw failed('no record');
  const error = head.indexOf('error');
  if (column < 0 && error >= 0) throw failed(`the error "${first[error] ?? ''}"`);
  const type = types === undefined ? '' : (splitCsv(types)[column] ?? '');
  const text = first[column] ?? '';
  const value = Number(text);
  if (column < 0 || text === '' || !Number.isFinite(value) || !['', 'long', 'double'].includes(type)) {
    throw failed(`"${text.slice(0, 80)}" of type ${type || 'unknown'} as _value`);
  }
  return value;
}

/** A column of the first row. @throws AppError `upstream-failed` when it is no number. */
export function rowValue(rows: unknown, metricKey: string): number {
  const first: unknown = Array.isArray(rows) ? rows[0] : undefined;
  const value: unknown =
    typeof first === 'object' && first !== null
      ? (first as Readonly<Record<string, unknown>>)[metricKey]
      : undefined;
  if (typeof value === 'number') return value;
  throw failed(value === undefined ? `no ${metricKey}` : `${JSON.stringify(value)} as ${metricKey}`);
}

const failed = (what: string): AppError =>
  new AppError(
    'upstream-failed',
    `The query gave ${what}, expected a record with a whole or decimal number.`,
  );

function splitCsv(line: string): readonly string[] {
  // The comma in front makes every field begin alike, an empty first one too.
  return [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );
}
