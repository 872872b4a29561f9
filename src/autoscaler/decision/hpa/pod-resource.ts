import type { ContainerSample, PodSample } from '../load-snapshot.ts';

/** Usage and requests of the pods for one resource, by pod id, in thousandths. */
export interface PodResource {
  readonly usageMilli: ReadonlyMap<string, number>;
  /** Lacks every pod of which a container that counts has no request. */
  readonly requestsMilli: ReadonlyMap<string, number>;
}

/**
 * Sums the containers of each pod, or takes the one that is named. Requests of the pod as a whole come first, but not
 * for a container that is named.
 * A pod has a usage only when every container that counts has one: half a pod would read as a calm pod.
 */
export function podResource(
  pods: readonly PodSample[],
  resource: 'cpu' | 'memory',
  containerName: string | null,
): PodResource {
  const usageMilli = new Map<string, number>();
  const requestsMilli = new Map<string, number>();
  for (const pod of pods) {
    const counted = pod.containers.filter(({ name }) => containerName === null || name === containerName);
    const used = total(counted, (container) => container.usageMilli[resource]);
    const requested =
      containerName === null && pod.requestMilli
        ? pod.requestMilli[resource]
        : total(counted, (container) => container.requestMilli[resource]);
    if (used !== null) usageMilli.set(pod.id, used);
    if (requested !== null) requestsMilli.set(pod.id, requested);
  }
  return { usageMilli, requestsMilli };
}

function total(
  containers: readonly ContainerSample[],
  read: (container: ContainerSample) => number | null,
): number | null {
  if (containers.length === 0) return null;
  let sum = 0;
  for (const container of containers) {
    const value = read(container);
    if (value === null) return null;
    sum += value;
  }
  return sum;
}
