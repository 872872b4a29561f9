import { AppError } from '../contract/app-error.ts';
import type { ScaledObjectView } from '../contract/explanation.ts';
import type { LoadReport } from '../contract/load.ts';
import type { ScalingEvent, ScalingStatus, TargetStatus } from '../contract/scaling.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { MetricsRegistry } from '../platform/metrics.ts';
import type { DecisionState } from './decision/decision-state.ts';
import type { TriggerReading } from './decision/load-snapshot.ts';
import type { ScaleCondition, ScaleDecision } from './decision/scale-decision.ts';
import type { CompatPolicy } from './decision/scale-policy.ts';
import type { ManifestSet } from './manifests/manifest-set.ts';
import type { TargetSpec } from './manifests/target-spec.ts';
import type { InstantOptions, PolicyKind } from './policy-of.ts';
import { openScaledTarget, type ScaledTarget } from './scaled-target.ts';
import { createScalingEvents } from './scaling-events.ts';
import { createScalingMetrics } from './scaling-metrics.ts';
import type { AccountProcesses } from './targets/process-accounting.ts';
import type { ScaleTarget } from './targets/scale-target.ts';
import type { GatewayScalerAccess, PodView, TriggerDependencies } from './triggers/trigger.ts';

export interface AutoscalerOptions {
  /** What to scale, each with what runs its replicas. The autoscaler does not dispose the scale targets. */
  readonly targets: readonly { readonly spec: TargetSpec; readonly scaleTarget: ScaleTarget }[];
  /** For `authenticationRef`. */
  readonly manifests: Pick<ManifestSet, 'configMaps' | 'triggerAuthentications'>;
  /** The gateway's view, always current. */
  readonly load: (target: string) => LoadReport;
  readonly policy: PolicyKind;
  /** Policy `instant` only. */
  readonly instant?: Partial<InstantOptions>;
  /** Which releases of KEDA and Kubernetes are imitated where they differ. @defaultValue 2.20 and 1.37, with the freeze trap */
  readonly compat?: Partial<CompatPolicy>;
  /** Policy `keda`: from the end of one sync of the HPA to the next. @defaultValue 15000 */
  readonly hpaSyncPeriodMs?: number;
  /** Policy `keda`: from the start to the first sync of the HPA. @defaultValue its sync period */
  readonly hpaPhaseMs?: number;
  /** Measures replicas for cpu and memory triggers. @defaultValue /proc, elsewhere `ps` */
  readonly account?: AccountProcesses;
  /** The embedded metrics store. */
  readonly query: TriggerDependencies['query'];
  /** @defaultValue none */
  readonly gatewayScaler?: GatewayScalerAccess;
  /** Where the last activity of each target is kept; null keeps nothing. */
  readonly stateFolder: string | null;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  /** For triggers that ask over HTTP. @defaultValue the global one */
  readonly fetch?: typeof fetch;
}

/** Load becomes replicas. */
export interface Autoscaler extends AsyncDisposable {
  /** A request for this target has arrived or ended. Policy `instant` has decided and applied when it returns. */
  notify(target: string): void;
  status(): ScalingStatus;
  /** @returns a function that stops it. */
  onEvent(listener: (event: ScalingEvent) => void): () => void;
  /** The last decisions that changed the count or its reason, oldest first, with all their inputs; at most 500. */
  history(target: string): readonly ScaleDecision[];
  /** The last decisions one by one, repeated holds as well, oldest first; at most 200. */
  decisions(target: string): readonly ScaleDecision[];
  /** What holds the count where it is, and until when. */
  explain(target: string): TargetExplanation;
}

/** A target's present state of decision. */
export interface TargetExplanation {
  readonly status: TargetStatus;
  readonly scaledObject: ScaledObjectView;
  /** The last decision of each clock, whether it changed anything or not; newest first. */
  readonly last: readonly ScaleDecision[];
  /** The newest of each type, as KEDA and the HPA would write them. */
  readonly conditions: readonly ScaleCondition[];
  /** What decisions remember: failures counted, recommendations, scale events. */
  readonly state: DecisionState;
  readonly readings: readonly TriggerReading[];
  readonly history: readonly ScaleDecision[];
}

/** Starts deciding at once. @throws AppError `invalid-argument` or `unsupported` naming the triggers that cannot be read. */
export async function createAutoscaler(options: AutoscalerOptions): Promise<Autoscaler> {
  const { clock, logger } = options;
  const scaled = new Map<string, ScaledTarget>();
  const status = (): ScalingStatus => ({
    atMs: clock.now(),
    targets: [...scaled.values()].map((target) => target.status()),
  });
  const events = createScalingEvents(status, clock, logger);
  const metrics = createScalingMetrics(
    options.metrics,
    options.targets.map(({ scaleTarget }) => scaleTarget),
  );

  /** What a cluster's pods are to `kubernetes-workload`: replicas that are not being stopped. */
  const pods = (): readonly PodView[] =>
    options.targets.flatMap(({ scaleTarget, spec: { deployment } }) =>
      scaleTarget
        .replicas()
        .filter(({ state }) => state !== 'draining')
        .map(() => ({ namespace: deployment.namespace, labels: deployment.labels ?? {} })),
    );

  const dispose = async (): Promise<void> => {
    events[Symbol.dispose]();
    for (const target of scaled.values()) await target[Symbol.asyncDispose]();
  };

  try {
    for (const { spec, scaleTarget } of options.targets) {
      const target = await openScaledTarget(spec, scaleTarget, { options, events, metrics, pods });
      scaled.set(target.name, target);
    }
  } catch (error) {
    await dispose();
    throw error;
  }

  const find = (target: string): ScaledTarget => {
    const found = scaled.get(target);
    if (found) return found;
    throw new AppError(
      'not-found',
      `There is no scale target "${target}". There are: ${[...scaled.keys()].join(', ')}.`,
    );
  };

  return {
    notify: (target) => {
      find(target).notify();
      events.statusChanged();
    },
    status,
    onEvent: (listener) => events.onEvent(listener),
    history: (target) => find(target).history(),
    decisions: (target) => find(target).decisions(),
    explain: (target) => find(target).explain(),
    [Symbol.asyncDispose]: dispose,
  };
}
