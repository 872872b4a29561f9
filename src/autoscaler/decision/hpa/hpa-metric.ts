/** One metric of the HPA, read and ready for the calculation. Numbers in thousandths, as the controller counts. */
export type HpaMetric =
  | {
      readonly type: 'External' | 'Object';
      readonly name: string;
      readonly targetKind: 'AverageValue' | 'Value';
      readonly targetMilli: number;
      /** Sum of all series; null when it could not be read. */
      readonly valueMilli: number | null;
      readonly error: string | null;
    }
  | {
      readonly type: 'Pods';
      readonly name: string;
      readonly targetMilli: number;
      /** By pod id. */
      readonly samplesMilli: ReadonlyMap<string, number>;
      readonly error: string | null;
    }
  | {
      readonly type: 'Resource' | 'ContainerResource';
      readonly name: string;
      readonly resource: 'cpu' | 'memory';
      /** Null: all containers of a pod together. */
      readonly containerName: string | null;
      readonly target:
        | { readonly kind: 'Utilization'; readonly percent: number }
        | { readonly kind: 'AverageValue'; readonly milli: number };
      readonly error: string | null;
    }
  | {
      /** A source of a type the controller does not know; it can never be read. */
      readonly type: 'Unknown';
      readonly name: string;
      readonly error: string;
    };

/** What one metric asks for, or why it cannot say. */
export type ReplicaProposal =
  | {
      readonly kind: 'replicas';
      readonly replicas: number;
      /** True when the count is kept because usage is near enough to the target. */
      readonly withinTolerance: boolean;
      /** What the HPA shows as current: per-pod average, or the value itself for `Value`. */
      readonly currentMilli: number;
      /** Percent of the request, before any fill-in for missing pods; null without requests. */
      readonly utilizationPercent: number | null;
    }
  | { readonly kind: 'error'; readonly message: string };
