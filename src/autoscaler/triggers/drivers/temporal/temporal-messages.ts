import {
  boolField,
  bytesOf,
  concatBytes,
  int64Field,
  messageField,
  numberOf,
  readFields,
  stringField,
  stringOf,
  type WireField,
} from '../../../external-scaler/protobuf.ts';

// The few messages of Temporal's API that a scaler needs. @see https://github.com/temporalio/api

export const temporalService = '/temporal.api.workflowservice.v1.WorkflowService/';
export type TemporalMethod =
  | 'CountWorkflowExecutions'
  | 'DescribeTaskQueue'
  | 'DescribeWorkerDeploymentVersion'
  | 'GetSystemInfo';

/** What waits in a task queue, by name. */
export const queueTypes: Readonly<Record<string, number>> = { workflow: 1, activity: 2, nexus: 3 };
const kindNormal = 1;
const enhancedMode = 1;

interface TaskQueue {
  readonly namespace: string;
  readonly taskQueue: string;
}

const taskQueueFields = ({ namespace, taskQueue }: TaskQueue): readonly Uint8Array[] => [
  stringField(1, namespace),
  messageField(2, concatBytes([stringField(1, taskQueue), int64Field(2, kindNormal)])),
];

/** One type of a task queue, of workers without versions. */
export const encodeDescribeQueue = (queue: TaskQueue, type: number): Uint8Array =>
  concatBytes([...taskQueueFields(queue), int64Field(3, type), boolField(8, true)]);

export interface VersionSelection {
  readonly buildIds: readonly string[];
  readonly unversioned: boolean;
  readonly allActive: boolean;
}

/** Versions of a task queue by the older rules, several types at once. */
export const encodeDescribeVersions = (
  queue: TaskQueue,
  { allActive, buildIds, unversioned }: VersionSelection,
  types: readonly number[],
): Uint8Array =>
  concatBytes([
    ...taskQueueFields(queue),
    int64Field(5, enhancedMode),
    messageField(
      6,
      concatBytes([
        // An empty build id is one too: the workers that have none.
        ...buildIds.map((id) => messageField(1, new TextEncoder().encode(id))),
        boolField(2, unversioned),
        boolField(3, allActive),
      ]),
    ),
    messageField(7, Uint8Array.from(types)),
    boolField(8, true),
  ]);

export const encodeDescribeDeployment = (namespace: string, name: string, buildId: string): Uint8Array =>
  concatBytes([
    stringField(1, namespace),
    messageField(3, concatBytes([stringField(1, buildId), stringField(2, name)])),
    boolField(4, true),
  ]);

export const encodeCount = (namespace: string, query: string): Uint8Array =>
  concatBytes([stringField(1, namespace), stringField(2, query)]);

/** Tasks that wait: of the queue as a whole, and of each of its versions. */
export function decodeQueue(bytes: Uint8Array): { readonly whole: number; readonly versions: number } {
  const versions = all(bytes, 3).flatMap((entry) => all(bytesOf(entry), 2));
  const types = versions
    .flatMap((version) => all(bytesOf(version), 1))
    .flatMap((entry) => all(bytesOf(entry), 2));
  return {
    whole: sum(all(bytes, 5).map(backlogOf)),
    versions: sum(types.flatMap((type) => all(bytesOf(type), 2)).map(backlogOf)),
  };
}

/** A version of a deployment: whether it drains, and what waits in each of its task queues. */
export interface DeploymentVersion {
  readonly status: number;
  readonly queues: readonly { readonly name: string; readonly type: number; readonly backlog: number }[];
}
export const versionStatus = { current: 2, ramping: 3, draining: 4 } as const;

export function decodeDeployment(bytes: Uint8Array): DeploymentVersion {
  const info = all(bytes, 1).flatMap((field) => all(bytesOf(field), 14));
  return {
    status: info.length === 0 ? 0 : Math.max(...info.map(numberOf)),
    queues: all(bytes, 2).map((field) => {
      const queue = [...readFields(bytesOf(field))];
      const first = (number: number): WireField | undefined => queue.find((other) => other.field === number);
      const [name, type, stats] = [first(1), first(2), first(3)];
      return {
        name: name ? stringOf(name) : '',
        type: type ? numberOf(type) : 0,
        backlog: stats ? backlogOf(stats) : 0,
      };
    }),
  };
}

export const decodeCount = (bytes: Uint8Array): number => sum(all(bytes, 1).map(numberOf));

const all = (bytes: Uint8Array, field: number): readonly WireField[] =>
  [...readFields(bytes)].filter((other) => other.field === field);
const backlogOf = (stats: WireField): number => sum(all(bytesOf(stats), 1).map(numberOf));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
