import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import { keepConnection } from '../kept-connection.ts';
import type { CreateTrigger } from '../trigger.ts';
import { openTubeReader, tubeJobs } from './beanstalkd/tube-jobs.ts';
import { parseAddress } from './net/open-socket.ts';

const defaultPort = 11_300;
const defaultTimeoutMs = 3000;

/**
 * Jobs in a tube: ready and reserved ones, delayed ones where asked for.
 *
 * @see https://keda.sh/docs/latest/scalers/beanstalkd/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const trigger = cataloguedTrigger(spec, dependencies);
  const { values } = trigger;
  const server = values.text('server');
  const tube = values.text('tube');
  const address = parseAddress(server, defaultPort);
  const problems: string[] = [];
  if (address === null) problems.push(`server: expected host:port, received "${server}"`);
  // What a tube may be called; anything else could be a command of its own.
  if (!/^[\w+/;.$()][\w\-+/;.$()]{0,199}$/.test(tube)) {
    problems.push(`tube: expected letters, digits and -+/;.$_(), received "${tube.slice(0, 80)}"`);
  }
  if (address === null || problems.length > 0) throw triggerProblems(spec, dependencies, problems);
  // KEDA's default is the bare number 30, which it reads as milliseconds.
  const openTimeoutMs = spec.metadata['timeout'] ? values.number('timeout') : defaultTimeoutMs;
  const connection = keepConnection({
    what: `beanstalkd at ${server}`,
    open: (signal) => openTubeReader(address, signal),
    openTimeoutMs,
    secrets: [],
  });
  return oneMetricTrigger(
    'beanstalkd',
    trigger,
    (_nowMs, signal) =>
      connection.ask(signal, async (reader) =>
        tubeJobs(await reader.stats(tube), values.flag('includeDelayed')),
      ),
    connection,
  );
};
