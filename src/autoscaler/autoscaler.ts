import { AppError } from '../contract/app-error.ts';
import type { LoadReport } from '../contract/load.ts';
import type { DecisionView, ScalingEvent, ScalingStatus, TargetStatus } from '../contract/scaling.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { MetricsRegistry } from '../platform/metrics.ts';
import type { DecisionState } from './decision/decision-state.ts';
import type { TriggerReading } from './decision/load-snapshot.ts';
import type { ScaleCondition, ScaleDecision } from './decision/scale-decision.ts';
import type { CompatPolicy } from './decision/scale-policy.ts';
import { createLoop, type Loop } from './loop.ts';
import type { ManifestSet } from './manifests/manifest-set.ts';
import type { TargetSpec } from './manifests/target-spec.ts';
import { policyOf, type InstantOptions, type PolicyKind } from './policy-of.ts';
import type { PolicyClock } from './policy-clock.ts';
import { createScalingMetrics } from './scaling-metrics.ts';
import { decisionView, targetStatus } from './scaling-view.ts';
import { createStateFile, type StateFile } from './state-file.ts';
import type { AccountProcesses } from './targets/process-accounting.ts';
import type { ScaleTarget } from './targets/scale-target.ts';
import type { PodView, TriggerDependencies } from './triggers/trigger.ts';
import { createTriggerSet, type TriggerSet } from './triggers/trigger-set.ts';

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
  /** The last decision of each clock, whether it changed anything or not; newest first. */
  readonly last: readonly ScaleDecision[];
  /** The newest of each type, as KEDA and the HPA would write them. */
  readonly conditions: readonly ScaleCondition[];
  /** What decisions remember: failures counted, recommendations, scale events. */
  readonly state: DecisionState;
  readonly readings: readonly TriggerReading[];
  readonly history: readonly ScaleDecision[];
}

const maxHistory = 500;
/** Half an hour of policy `keda` at its usual pace; a moment of busy arrivals. */
const maxDecisions = 200;
/** Changes within this time become one status event: a burst would else send one for each request. */
const statusEveryMs = 100;

interface Scaled {
  readonly scaleTarget: ScaleTarget;
  readonly loop: Loop;
  readonly policyClock: PolicyClock;
  readonly triggers: TriggerSet;
  readonly stateFile: StateFile;
  readonly policy: ReturnType<typeof policyOf>;
  readonly history: ScaleDecision[];
  readonly decisions: ScaleDecision[];
  readonly last: () => ScaleDecision | null;
  readonly cooldownEndsAtMs: () => number | null;
  readonly lastByClock: ReadonlyMap<string, ScaleDecision>;
  readonly conditions: ReadonlyMap<string, ScaleCondition>;
  readonly restores: boolean;
  readonly stopListening: () => void;
}

/** Starts deciding at once. @throws AppError `invalid-argument` or `unsupported` naming the triggers that cannot be read. */
export async function createAutoscaler(options: AutoscalerOptions): Promise<Autoscaler> {
  const { clock, logger } = options;
  const listeners = new Set<(event: ScalingEvent) => void>();
  const scaled = new Map<string, Scaled>();
  const metrics = createScalingMetrics(
    options.metrics,
    options.targets.map(({ scaleTarget }) => scaleTarget),
  );
  let cancelStatus: (() => void) | null = null;

  const emit = (event: ScalingEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        // Who listens must not stop who decides.
        logger.error({ event: 'scaling-listener-failed', error });
      }
    }
  };
  const statusChanged = (): void => {
    if (listeners.size === 0) return;
    cancelStatus ??= clock.schedule(
      statusEveryMs,
      () => {
        cancelStatus = null;
        emit({ type: 'status', status: status() });
      },
      { background: true },
    );
  };

  const statusOf = ({ cooldownEndsAtMs, last, loop, policy, scaleTarget, triggers }: Scaled): TargetStatus =>
    targetStatus({
      target: scaleTarget,
      policy,
      report: options.load(scaleTarget.name),
      readings: loop.readings,
      skipped: triggers.skipped,
      last: last(),
      cooldownEndsAtMs: cooldownEndsAtMs(),
    });
  const status = (): ScalingStatus => ({
    atMs: clock.now(),
    targets: [...scaled.values()].map(statusOf),
  });

  /** What a cluster's pods are to `kubernetes-workload`: replicas that are not being stopped. */
  const pods = (): readonly PodView[] =>
    options.targets.flatMap(({ scaleTarget, spec: { deployment } }) =>
      scaleTarget
        .replicas()
        .filter(({ state }) => state !== 'draining')
        .map(() => ({ namespace: deployment.namespace, labels: deployment.labels ?? {} })),
    );

  const start = async (spec: TargetSpec, scaleTarget: ScaleTarget): Promise<Scaled> => {
    const { name } = scaleTarget;
    const policy = policyOf(spec.scaledObject, options.policy, options);
    const stateFile = createStateFile(options.stateFolder, name, clock, logger);
    const triggers = await createTriggerSet({
      spec,
      manifests: options.manifests,
      clock,
      logger,
      load: () => options.load(name),
      query: options.query,
      pods,
      unsupported: policy.kind === 'keda' ? 'refuse' : 'skip',
      ...(options.fetch ? { fetch: options.fetch } : {}),
    });
    const podSamples =
      policy.kind === 'keda' && triggers.usesResources
        ? (await import('./pod-samples.ts')).createPodSamples({
            target: scaleTarget,
            container: spec.deployment.main,
            account:
              options.account ??
              (await (await import('./targets/process-accounting.ts')).processAccounting()),
            clock,
            logger,
          })
        : null;
    const lastByClock = new Map<string, ScaleDecision>();
    const conditions = new Map<string, ScaleCondition>();
    const history: ScaleDecision[] = [];
    const decisions: ScaleDecision[] = [];
    let last: ScaleDecision | null = null;
    let cooldownEndsAtMs: number | null = null;
    const loop = createLoop({
      target: scaleTarget,
      slots: spec.launch.slots,
      load: () => options.load(name),
      clock,
      logger,
      state: await stateFile.load(),
      ...(podSamples ? { pods: () => podSamples.pods() } : {}),
      record: (decision, state) => {
        // A hold that says the same as before is no news; thousands of arrivals would push out what matters.
        // The clocks of policy keda speak by turns, each with a reason of its own.
        const { clock: byClock } = decision.inputs;
        const isNews = decision.kind === 'scale' || decision.reason !== lastByClock.get(byClock)?.reason;
        last = decision;
        decisions.push(decision);
        if (decisions.length > maxDecisions) decisions.shift();
        lastByClock.delete(byClock);
        lastByClock.set(byClock, decision);
        // The HPA knows nothing of the cooldown, so its decisions leave the countdown as it is.
        if (byClock !== 'hpa') cooldownEndsAtMs = decision.cooldownEndsAtMs;
        for (const condition of decision.conditions) conditions.set(condition.type, condition);
        metrics.decided(name, decision);
        stateFile.keep(state);
        statusChanged();
        if (!isNews) return;
        history.push(decision);
        if (history.length > maxHistory) history.shift();
        const view: DecisionView = decisionView(decision);
        logger[decision.kind === 'scale' ? 'info' : 'debug']({
          event: 'scaling-decided',
          target: name,
          ...view,
        });
        emit({ type: 'decision', target: name, decision: view });
      },
    });
    const policyClock =
      policy.kind === 'keda'
        ? (await import('./keda-clock.ts')).createKedaClock({
            loop,
            policy,
            triggers,
            clock,
            logger,
            desired: () => scaleTarget.desired,
            ...(options.hpaPhaseMs === undefined ? {} : { hpaPhaseMs: options.hpaPhaseMs }),
            ...(podSamples ? { podSamples } : {}),
          })
        : (await import('./instant-clock.ts')).createInstantClock({ loop, policy, triggers, clock, logger });
    const stopListening = scaleTarget.onChange(() => {
      metrics.replicasChanged(scaleTarget);
      policyClock.replicasChanged();
      statusChanged();
    });
    return {
      scaleTarget,
      loop,
      policyClock,
      triggers,
      stateFile,
      policy,
      history,
      decisions,
      last: () => last,
      cooldownEndsAtMs: () => cooldownEndsAtMs,
      lastByClock,
      conditions,
      restores: spec.scaledObject.restoreToOriginalReplicaCount,
      stopListening,
    };
  };

  const dispose = async (): Promise<void> => {
    cancelStatus?.();
    listeners.clear();
    for (const target of scaled.values()) {
      const { policyClock, stateFile, stopListening, triggers } = target;
      stopListening();
      await policyClock[Symbol.asyncDispose]();
      restore(target);
      await triggers[Symbol.asyncDispose]();
      await stateFile[Symbol.asyncDispose]();
    }
  };

  /** As KEDA when a ScaledObject is deleted: the count found when it was first seen. */
  const restore = ({ loop, restores, scaleTarget }: Scaled): void => {
    const { originalReplicas } = loop.state;
    if (!restores || originalReplicas === null || originalReplicas === scaleTarget.desired) return;
    logger.info({ event: 'scaling-restored', target: scaleTarget.name, to: originalReplicas });
    scaleTarget.scaleTo(originalReplicas, []);
  };

  try {
    for (const { spec, scaleTarget } of options.targets) {
      scaled.set(scaleTarget.name, await start(spec, scaleTarget));
    }
  } catch (error) {
    await dispose();
    throw error;
  }

  const find = (target: string): Scaled => {
    const found = scaled.get(target);
    if (found) return found;
    throw new AppError(
      'not-found',
      `There is no scale target "${target}". There are: ${[...scaled.keys()].join(', ')}.`,
    );
  };

  return {
    notify: (target) => {
      find(target).policyClock.notify();
      statusChanged();
    },
    status,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    history: (target) => [...find(target).history],
    decisions: (target) => [...find(target).decisions],
    explain: (target) => {
      const found = find(target);
      return {
        status: statusOf(found),
        last: [...found.lastByClock.values()].toReversed(),
        conditions: [...found.conditions.values()],
        state: found.loop.state,
        readings: found.loop.readings,
        history: [...found.history],
      };
    },
    [Symbol.asyncDispose]: dispose,
  };
}
