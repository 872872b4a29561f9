import type { SimulatedPolicy } from '../simulated-policy.ts';

/** A fixed number of replicas from before the trace begins: what is paid without an autoscaler. */
export function createStaticSimulation(name: string, replicas: number): SimulatedPolicy {
  return {
    name,
    begin: (world) => world.beginWith(replicas),
  };
}
