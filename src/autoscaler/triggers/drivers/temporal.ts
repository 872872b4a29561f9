import { createGrpcClient, type GrpcClient } from '../../external-scaler/grpc-client.ts';
import { AppError } from '../../../contract/app-error.ts';
import type { TriggerValues } from '../catalogue/trigger-values.ts';
import { cataloguedTrigger, oneMetricTrigger } from '../catalogued-trigger.ts';
import { triggerProblems } from '../trigger-problems.ts';
import { keepConnection } from '../kept-connection.ts';
import type { CreateTrigger } from '../trigger.ts';
import { runningWorkflowsQuery } from '../values/temporal-query.ts';
import { withoutSecrets } from '../without-secrets.ts';
import { tlsOf } from './net/tls-of.ts';
import * as messages from './temporal/temporal-messages.ts';

type Client = GrpcClient<messages.TemporalMethod>;

/** What waits, and whether there is something to do although nothing waits: null asks the running workflows. */
interface Backlog {
  readonly count: number;
  readonly isBusy: boolean | null;
}

/**
 * Tasks that wait in a task queue of Temporal: of workers without versions, of a version of a deployment, or by build
 * ids. With `includeRunningWorkflowCount` running workflows keep the trigger active; they do not change its value.
 *
 * @see https://keda.sh/docs/latest/scalers/temporal/
 */
export const createTrigger: CreateTrigger = (spec, dependencies) => {
  const { index, logger, target } = dependencies;
  const trigger = cataloguedTrigger(spec, dependencies);
  const { activationThreshold, values } = trigger;
  const address = values.text('endpoint');
  if (!URL.canParse(`http://${address}`) || /[/\s]/.test(address)) {
    throw triggerProblems(spec, dependencies, [`endpoint: expected host:port, received "${address}"`]);
  }
  const namespace = values.text('namespace');
  const countQuery = values.flag('includeRunningWorkflowCount') ? queryOf(values) : null;
  const what = `Temporal at ${address}`;
  const backlogOf = backlogReader(values);
  const connection = keepConnection({
    what,
    open: (signal) => openClient(what, address, values, signal),
    openTimeoutMs: Math.max(1, values.number('minConnectTimeout')) * 1000,
    secrets: [values.text('apiKey')],
  });

  const isRunning = async (client: Client, query: string, signal: AbortSignal): Promise<boolean> => {
    try {
      const request = messages.encodeCount(namespace, query);
      return messages.decodeCount(await client.ask('CountWorkflowExecutions', request, signal)) > 0;
    } catch (error) {
      if (signal.aborted) throw error;
      // As KEDA: the count only ever keeps replicas, so without it there is none to keep.
      const reason = withoutSecrets(AppError.from(error).message, [values.text('apiKey')]);
      logger.warn({ event: 'temporal-count-failed', target, index, reason });
      return false;
    }
  };

  return oneMetricTrigger(
    spec.type,
    trigger,
    (_nowMs, signal) =>
      connection.ask(signal, async (client) => {
        const { count, isBusy } = await backlogOf(client, signal);
        if (count > activationThreshold || countQuery === null) {
          return { value: count, active: count > activationThreshold };
        }
        return { value: count, active: isBusy ?? (await isRunning(client, countQuery, signal)) };
      }),
    connection,
  );
};

const usesBuildIds = (values: TriggerValues): boolean =>
  values.has('buildId') || values.flag('selectAllActive') || values.flag('selectUnversioned');

const queryOf = (values: TriggerValues): string =>
  runningWorkflowsQuery({
    taskQueue: values.text('taskQueue'),
    workflowTaskQueueForCount: values.text('workflowTaskQueueForCount'),
    workerDeploymentName: values.text('workerDeploymentName'),
    workerDeploymentBuildId: values.text('workerDeploymentBuildId'),
    usesBuildIds: usesBuildIds(values),
  });

function backlogReader(values: TriggerValues): (client: Client, signal: AbortSignal) => Promise<Backlog> {
  const queue = { namespace: values.text('namespace'), taskQueue: values.text('taskQueue') };
  const wanted = values.list('queueTypes').map((name) => messages.queueTypes[name] ?? 0);
  const types = wanted.length === 0 ? Object.values(messages.queueTypes) : wanted;
  const deployment = values.text('workerDeploymentName');
  if (deployment !== '') {
    const buildId = values.text('workerDeploymentBuildId');
    const request = messages.encodeDescribeDeployment(queue.namespace, deployment, buildId);
    return async (client, signal) => {
      const answer = await client.ask('DescribeWorkerDeploymentVersion', request, signal);
      return versionBacklog(messages.decodeDeployment(answer), queue.taskQueue, wanted);
    };
  }
  if (usesBuildIds(values)) {
    const selection = {
      buildIds: [values.text('buildId')],
      unversioned: values.flag('selectUnversioned'),
      allActive: values.flag('selectAllActive'),
    };
    const request = messages.encodeDescribeVersions(queue, selection, types);
    return async (client, signal) => {
      const answer = await client.ask('DescribeTaskQueue', request, signal);
      return { count: messages.decodeQueue(answer).versions, isBusy: null };
    };
  }
  return async (client, signal) => {
    let count = 0;
    for (const type of types) {
      const request = messages.encodeDescribeQueue(queue, type);
      count += messages.decodeQueue(await client.ask('DescribeTaskQueue', request, signal)).whole;
    }
    return { count, isBusy: null };
  };
}

/** @param types none: all of them. */
function versionBacklog(
  { queues, status }: messages.DeploymentVersion,
  taskQueue: string,
  types: readonly number[],
): Backlog {
  const { current, draining, ramping } = messages.versionStatus;
  const mine = queues.filter(
    ({ name, type }) => name === taskQueue && (types.length === 0 || types.includes(type)),
  );
  return {
    count: mine.reduce((sum, { backlog }) => sum + backlog, 0),
    // A version that drains still has workflows; one that gets new work may have some; others have none.
    isBusy: status === draining ? true : status === current || status === ramping ? null : false,
  };
}

/** The first answer proves the connection. */
async function openClient(
  what: string,
  address: string,
  values: TriggerValues,
  signal: AbortSignal,
): Promise<Client> {
  const text = (name: string): string => values.text(name);
  const apiKey = text('apiKey');
  const hasTls = text('cert') !== '' || (apiKey !== '' && values.flag('enableTLS'));
  const tls = { ...tlsOf(values), serverName: text('tlsServerName') };
  const client: Client = createGrpcClient({
    what,
    address,
    service: messages.temporalService,
    tls: hasTls ? tls : null,
    headers: {
      'temporal-namespace': text('namespace'),
      ...(apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }),
    },
  });
  try {
    await client.ask('GetSystemInfo', new Uint8Array(0), signal);
  } catch (error) {
    // Older servers do not have the method; that is an answer.
    if (AppError.from(error).code === 'unsupported') return client;
    await client[Symbol.asyncDispose]();
    throw error;
  }
  return client;
}
