import { AppError } from '../contract/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { PodSample } from './decision/load-snapshot.ts';
import type { ContainerSpec, DeploymentSpec } from './manifests/deployment.ts';
import type { AccountProcesses, GroupUsage } from './targets/process-accounting.ts';
import type { ReplicaStatus, ScaleTarget } from './targets/scale-target.ts';
import { parseQuantity } from './triggers/values/quantity.ts';

/** What the HPA's cpu and memory metrics are computed from. */
export interface PodSamples {
  /** Measures all replicas now; the next sample of cpu is the mean since this one. Never rejects: a failure is no sample, and logged. */
  measure(): Promise<void>;
  /** The replicas as the last measurement saw them. */
  pods(): readonly PodSample[];
}

export interface PodSamplesOptions {
  readonly target: ScaleTarget;
  /** What is run: its first container. */
  readonly deployment: Pick<DeploymentSpec, 'podResources'> & {
    readonly main: Pick<ContainerSpec, 'name' | 'requests'>;
    readonly containers: readonly Pick<ContainerSpec, 'name' | 'requests'>[];
  };
  readonly account: AccountProcesses;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Measured {
  readonly pid: number;
  readonly atMs: number;
  readonly usage: GroupUsage;
  /** Millicores since the measurement before; null at the first. */
  readonly cpuMilli: number | null;
  readonly windowMs: number;
}

/**
 * Replicas as pods of one container: a replica's first measurement has no cpu yet, as a pod's has none on a cluster.
 *
 * @throws AppError `invalid-argument` when a request is no quantity.
 */
export function createPodSamples({
  account,
  clock,
  deployment,
  logger,
  target,
}: PodSamplesOptions): PodSamples {
  const container = deployment.main;
  const requestMilli = { cpu: requestOf(container, 'cpu'), memory: requestOf(container, 'memory') };
  const ofPod = hasPodRequests(deployment)
    ? { cpu: podRequestOf(deployment, 'cpu'), memory: podRequestOf(deployment, 'memory') }
    : null;
  let measured: ReadonlyMap<string, Measured> = new Map();

  const measureOne = (id: string, pid: number, usage: GroupUsage, atMs: number): Measured => {
    const before = measured.get(id);
    const isSame = before?.pid === pid && atMs > before.atMs;
    const windowMs = isSame ? atMs - before.atMs : 0;
    const usedMs = isSame ? Math.max(0, usage.cpuMs - before.usage.cpuMs) : 0;
    return { pid, atMs, usage, cpuMilli: isSame ? Math.round((usedMs / windowMs) * 1000) : null, windowMs };
  };

  const podOf = (replica: ReplicaStatus): PodSample => {
    const found = measured.get(replica.id);
    // A replica that has been started again is another process: the old measurement is not about it.
    const sample = found?.pid === replica.pid ? found : undefined;
    const isReady = replica.state === 'ready';
    return {
      id: replica.id,
      phase: replica.pid === null ? 'Pending' : 'Running',
      deleting: replica.state === 'draining',
      ready: isReady,
      readyChangedAtMs: isReady ? replica.readyAtMs : replica.startedAtMs,
      startedAtMs: replica.startedAtMs,
      containers: [
        {
          name: container.name,
          requestMilli,
          usageMilli: {
            cpu: sample?.cpuMilli ?? null,
            memory: sample ? sample.usage.memoryBytes * 1000 : null,
          },
        },
      ],
      ...(ofPod ? { requestMilli: ofPod } : {}),
      sampledAtMs: sample?.atMs ?? 0,
      sampleWindowMs: sample?.windowMs ?? 0,
    };
  };

  return {
    measure: async () => {
      const running = target.replicas().flatMap(({ id, pid }) => (pid === null ? [] : [{ id, pid }]));
      // Each replica leads the process group of its own pid.
      let usages: ReadonlyMap<number, GroupUsage> = new Map();
      try {
        usages = await account(running.map(({ pid }) => pid));
      } catch (error) {
        logger.warn({ event: 'replicas-not-measured', target: target.name, error });
      }
      const atMs = clock.now();
      measured = new Map(
        running.flatMap(({ id, pid }) => {
          const usage = usages.get(pid);
          return usage ? [[id, measureOne(id, pid, usage, atMs)] as const] : [];
        }),
      );
    },
    pods: () => target.replicas().map(podOf),
  };
}

type Resource = 'cpu' | 'memory';

/** Requests and limits of the pod as a whole begin to count with the first of them. */
const hasPodRequests = ({ podResources }: PodSamplesOptions['deployment']): boolean =>
  podResources !== undefined &&
  Object.keys({ ...podResources.limits, ...podResources.requests }).some((name) =>
    /^(?:cpu|memory|hugepages-.+)$/.test(name),
  );

/** As a cluster fills it in: the pod's request, else what its containers ask for together, else the pod's limit. */
function podRequestOf(
  { containers, podResources }: PodSamplesOptions['deployment'],
  resource: Resource,
): number | null {
  const place = 'The pod template';
  const written = podResources?.requests[resource];
  if (written !== undefined) return milliOf(written, place, resource);
  const asked = containers.map((container) => requestOf(container, resource)).filter((one) => one !== null);
  if (asked.length > 0) return asked.reduce((sum, one) => sum + one, 0);
  const limit = podResources?.limits[resource];
  return limit === undefined ? null : milliOf(limit, place, resource);
}

function requestOf(
  { name, requests }: Pick<ContainerSpec, 'name' | 'requests'>,
  resource: Resource,
): number | null {
  const text = requests[resource];
  return text === undefined ? null : milliOf(text, `Container ${name}`, resource);
}

function milliOf(text: string, place: string, resource: Resource): number {
  const value = parseQuantity(text);
  if (value !== null) return value * 1000;
  throw new AppError(
    'invalid-argument',
    `${place}: resources.requests.${resource}: expected a quantity such as 500m or 256Mi, received "${text}".`,
  );
}
