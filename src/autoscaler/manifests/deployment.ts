import type { ManifestSource } from './metadata-schema.ts';

/** How a replica is asked how it is. `serving` is the port that the replica was given. */
export type ProbeAction =
  | {
      readonly kind: 'http';
      readonly path: string;
      readonly port: 'serving' | number;
      readonly headers: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'tcp'; readonly port: 'serving' | number }
  | { readonly kind: 'exec'; readonly command: readonly string[] };

/** When a replica is asked, and what its answers mean: whether it can take requests, or whether it still lives. */
export interface Probe {
  readonly action: ProbeAction;
  /** No probe before this much time after the start. @defaultValue 0 */
  readonly initialDelayMs: number;
  /** Between probes of a replica that has been ready; a starting one is asked much more often. @defaultValue 10 000 */
  readonly periodMs: number;
  /** @defaultValue 1000 */
  readonly timeoutMs: number;
  /** So many failures in a row make a ready replica unready, or end one that is not alive. @defaultValue 3 */
  readonly failureThreshold: number;
  /** So many successes in a row make a replica ready; always 1 for liveness. @defaultValue 1 */
  readonly successThreshold: number;
}

/** One variable of the container, in the order written: `$(NAME)` refers to earlier ones only. */
export type EnvironmentVariable =
  | { readonly name: string; readonly kind: 'value'; readonly value: string }
  | {
      readonly name: string;
      readonly kind: 'config-map' | 'secret';
      readonly object: string;
      readonly key: string;
      readonly optional: boolean;
    }
  | { readonly name: string; readonly kind: 'field'; readonly fieldPath: string }
  | {
      readonly kind: 'all-of-config-map' | 'all-of-secret';
      readonly object: string;
      readonly prefix: string;
      readonly optional: boolean;
    };

export interface ContainerSpec {
  readonly name: string;
  /** `command` followed by `args`, not expanded. Empty when the image would decide. */
  readonly command: readonly string[];
  readonly environment: readonly EnvironmentVariable[];
  /** Relative paths are meant from the folder of the manifest. */
  readonly workingDir: string | null;
  readonly containerPort: number | null;
  /** Null when none is written; a replica is then ready once its port accepts connections. */
  readonly readinessProbe: Probe | null;
  /** Asked from when the replica has been ready first; one that fails is ended and started again. Null: never asked. */
  readonly livenessProbe: Probe | null;
  /** As written, for example `{ cpu: '500m' }`; a limit stands in for a missing request, as on a cluster. */
  readonly requests: Readonly<Record<string, string>>;
  /** As written. */
  readonly limits?: Readonly<Record<string, string>>;
}

/** Requests and limits as written. */
export interface WrittenResources {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

/** A Deployment as a process on this machine needs it. */
export interface DeploymentSpec {
  readonly name: string;
  readonly namespace: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly source: ManifestSource;
  /** Of the pods, over the Deployment's own. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly containers: readonly ContainerSpec[];
  /** The container that is run: the first. */
  readonly main: ContainerSpec;
  /** Of the pod as a whole: `spec.template.spec.resources`. Absent: only its containers have any. */
  readonly podResources?: WrittenResources;
  /** `spec.replicas`: how many there are before anything scales it. Null or absent: not written. */
  readonly replicas?: number | null;
  /** From the wish to stop to SIGKILL. @defaultValue 30 000 */
  readonly terminationGracePeriodMs: number;
  /** `sluice.dev/slots`: requests one replica answers at once, >= 1. @defaultValue 10 */
  readonly slots: number;
  /** `sluice.dev/hosts`: host names routed to it, `*.` for subdomains; empty = any host. */
  readonly hosts: readonly string[];
  /** `sluice.dev/path-prefix`. @defaultValue '/' */
  readonly pathPrefix: string;
}

export interface ConfigMapSpec {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly source: ManifestSource;
  /** Secrets are decoded. */
  readonly data: Readonly<Record<string, string>>;
}
