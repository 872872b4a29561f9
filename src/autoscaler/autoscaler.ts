import { AppError } from '../contract/app-error.ts';
import type { LoadReport } from '../contract/load.ts';
import type { DecisionView, ScalingEvent, ScalingStatus } from '../contract/scaling.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { MetricsRegistry } from '../platform/metrics.ts';
import type { ScaleDecision } from './decision/scale-decision.ts';
import { createLoop, type Loop } from './loop.ts';
import type { ManifestSet } from './manifests/manifest-set.ts';
import type { TargetSpec } from './manifests/target-spec.ts';
import { policyOf, type InstantOptions, type PolicyKind } from './policy-of.ts';
import type { PolicyClock } from './policy-clock.ts';
import { createScalingMetrics } from './scaling-metrics.ts';
import { decisionView, targetStatus } from './scaling-view.ts';
import { createStateFile, type StateFile } from './state-file.ts';
import type { ScaleTarget } from './targets/scale-target.ts';
import type { TriggerDependencies } from './triggers/trigger.ts';
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
  /** The last recorded decisions, oldest first, with all their inputs; at most 500. */
  history(target: string): readonly ScaleDecision[];
}

const maxHistory = 500;
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
  readonly last: () => ScaleDecision | null;
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
    for (const listener of listeners) listener(event);
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

  const status = (): ScalingStatus => ({
    atMs: clock.now(),
    targets: [...scaled.values()].map(({ last, loop, policy, scaleTarget, triggers }) =>
      targetStatus({
        target: scaleTarget,
        policy,
        report: options.load(scaleTarget.name),
        readings: loop.readings,
        skipped: triggers.skipped,
        last: last(),
      }),
    ),
  });

  const start = async (spec: TargetSpec, scaleTarget: ScaleTarget): Promise<Scaled> => {
    const { name } = scaleTarget;
    const policy = policyOf(spec.scaledObject, options.policy, options.instant);
    const stateFile = createStateFile(options.stateFolder, name, clock, logger);
    const triggers = await createTriggerSet({
      spec,
      manifests: options.manifests,
      clock,
      logger,
      load: () => options.load(name),
      query: options.query,
      unsupported: policy.kind === 'keda' ? 'refuse' : 'skip',
      ...(options.fetch ? { fetch: options.fetch } : {}),
    });
    const history: ScaleDecision[] = [];
    let last: ScaleDecision | null = null;
    const loop = createLoop({
      target: scaleTarget,
      slots: spec.launch.slots,
      load: () => options.load(name),
      clock,
      logger,
      state: await stateFile.load(),
      record: (decision, state) => {
        // A hold that says the same as before is no news; thousands of arrivals would push out what matters.
        const isNews = decision.kind === 'scale' || decision.reason !== last?.reason;
        last = decision;
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
            desired: () => scaleTarget.desired,
          })
        : (await import('./instant-clock.ts')).createInstantClock({ loop, policy, triggers, clock });
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
      last: () => last,
      stopListening,
    };
  };

  const dispose = async (): Promise<void> => {
    cancelStatus?.();
    listeners.clear();
    for (const { policyClock, stateFile, stopListening, triggers } of scaled.values()) {
      stopListening();
      await policyClock[Symbol.asyncDispose]();
      await triggers[Symbol.asyncDispose]();
      await stateFile[Symbol.asyncDispose]();
    }
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
    [Symbol.asyncDispose]: dispose,
  };
}
