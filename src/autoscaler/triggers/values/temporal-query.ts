import { AppError } from '../../../contract/app-error.ts';

/** Whose workflows are meant; empty texts are not given. */
export interface WorkflowScope {
  readonly taskQueue: string;
  /** Where the workflows wait whose activities are done here. */
  readonly workflowTaskQueueForCount: string;
  readonly workerDeploymentName: string;
  readonly workerDeploymentBuildId: string;
  /** Any of the older ways to choose versions: nothing in a query says the same. */
  readonly usesBuildIds: boolean;
}

/** The query language has no parameters: what could end a text is not let in. */
const plainName = /^[\w./:-]+$/;

/**
 * Temporal's query for the running workflows of a task queue: those of a deployment's version, or those without any.
 *
 * @throws AppError `invalid-argument` for names that cannot stand in a query.
 * @see https://docs.temporal.io/list-filter
 */
export function runningWorkflowsQuery(scope: WorkflowScope): string {
  const { taskQueue, usesBuildIds, workerDeploymentBuildId, workerDeploymentName } = scope;
  const conditions = [
    "ExecutionStatus = 'Running'",
    `TaskQueue = ${quoted(scope.workflowTaskQueueForCount || taskQueue)}`,
  ];
  if (workerDeploymentName !== '') {
    const version = `${plain(workerDeploymentName)}:${plain(workerDeploymentBuildId)}`;
    conditions.push(`TemporalWorkerDeploymentVersion = ${quoted(version)}`);
  } else if (!usesBuildIds) conditions.push('TemporalWorkerDeploymentVersion is null');
  return conditions.join(' AND ');
}

const quoted = (name: string): string => `'${plain(name)}'`;

function plain(name: string): string {
  if (plainName.test(name)) return name;
  throw new AppError(
    'invalid-argument',
    `"${name}" cannot stand in a query of Temporal: expected letters, digits, and - _ . / : only.`,
  );
}
