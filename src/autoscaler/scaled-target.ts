import type { TargetStatus } from '../contract/scaling.ts';
import type { AutoscalerOptions, TargetExplanation } from './autoscaler.ts';
import { createDecisionMemory } from './decision-memory.ts';
import { firstReplicas } from './decision/first-replicas.ts';
import type { ScaleDecision } from './decision/scale-decision.ts';
import { createLoop } from './loop.ts';
import type { TargetSpec } from './manifests/target-spec.ts';
import type { PodSamples } from './pod-samples.ts';
import { policyOf } from './policy-of.ts';
import { scaledObjectStatus } from './scaled-object-status.ts';
import type { ScalingEvents } from './scaling-events.ts';
import type { ScalingMetrics } from './scaling-metrics.ts';
import { decisionView, targetStatus } from './scaling-view.ts';
import { createStateFile } from './state-file.ts';
import type { ScaleTarget } from './targets/scale-target.ts';
import { createTriggerSet, type TriggerSet } from './triggers/trigger-set.ts';
import type { PodView } from './triggers/trigger.ts';

/** One scale target with all that decides for it. Disposing ends the deciding, not the target. */
export interface ScaledTarget extends AsyncDisposable {
  readonly name: string;
  /** A request has arrived or ended. */
  notify(): void;
  status(): TargetStatus;
  explain(): TargetExplanation;
  history(): readonly ScaleDecision[];
  decisions(): readonly ScaleDecision[];
}

/** What all targets of one autoscaler share. */
export interface ScaledTargetShared {
  readonly options: AutoscalerOptions;
  readonly events: ScalingEvents;
  readonly metrics: ScalingMetrics;
  readonly pods: () => readonly PodView[];
}

/** Starts deciding for one target. @throws AppError naming the triggers that cannot be read. */
export async function openScaledTarget(
  spec: TargetSpec,
  scaleTarget: ScaleTarget,
  shared: ScaledTargetShared,
): Promise<ScaledTarget> {
  const { options, events, metrics } = shared;
  const { clock, logger } = options;
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
    pods: shared.pods,
    unsupported: policy.kind === 'keda' ? 'refuse' : 'skip',
    rebuild: policy.kind === 'keda' && policy.compat.freezeTrap ? 'scaled-object' : 'alone',
    ...(options.gatewayScaler
      ? { gatewayScaler: { ...options.gatewayScaler, isSilent: policy.kind === 'instant' } }
      : {}),
    ...(options.fetch ? { fetch: options.fetch } : {}),
  });
  const podSamples =
    policy.kind === 'keda' ? await openPodSamples(spec, scaleTarget, triggers, options) : null;
  const memory = createDecisionMemory();
  const kept = await stateFile.load();
  const first = firstReplicas(policy, spec.deployment.replicas ?? null, kept.replicas);
  if (scaleTarget.desired === 0 && first > 0) scaleTarget.scaleTo(first, []);
  const loop = createLoop({
    target: scaleTarget,
    slots: spec.launch.slots,
    load: () => options.load(name),
    clock,
    logger,
    state: kept.state,
    ...(podSamples ? { pods: () => podSamples.pods() } : {}),
    record: (decision, state) => {
      const isNews = memory.remember(decision);
      metrics.decided(name, decision);
      stateFile.keep(state, scaleTarget.desired);
      events.statusChanged();
      if (!isNews) return;
      const view = decisionView(decision);
      logger[decision.kind === 'scale' ? 'info' : 'debug']({
        event: 'scaling-decided',
        target: name,
        ...view,
      });
      events.emit({ type: 'decision', target: name, decision: view });
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
    events.statusChanged();
  });

  const status = (): TargetStatus =>
    targetStatus({
      target: scaleTarget,
      policy,
      report: options.load(name),
      readings: loop.readings,
      skipped: triggers.skipped,
      last: memory.last,
      cooldownEndsAtMs: memory.cooldownEndsAtMs,
    });

  /**
   * As KEDA when a ScaledObject is deleted: the count found when it was first seen, which is the one to begin with next
   * time. Nothing is started for it now: what ends here stops its replicas.
   */
  const restore = (): void => {
    const { originalReplicas } = loop.state;
    if (!spec.scaledObject.restoreToOriginalReplicaCount) return;
    if (originalReplicas === null || originalReplicas === scaleTarget.desired) return;
    logger.info({ event: 'scaling-restored', target: name, to: originalReplicas });
    if (originalReplicas < scaleTarget.desired) scaleTarget.scaleTo(originalReplicas, []);
    stateFile.keep(loop.state, originalReplicas);
  };

  return {
    name,
    notify: () => policyClock.notify(),
    status,
    explain: () => ({
      status: status(),
      scaledObject: scaledObjectStatus(spec.scaledObject, loop.state, loop.readings),
      last: [...memory.lastByClock.values()].toReversed(),
      conditions: [...memory.conditions.values()],
      state: loop.state,
      readings: loop.readings,
      history: [...memory.history],
    }),
    history: () => [...memory.history],
    decisions: () => [...memory.decisions],
    [Symbol.asyncDispose]: async () => {
      stopListening();
      await policyClock[Symbol.asyncDispose]();
      restore();
      await triggers[Symbol.asyncDispose]();
      await stateFile[Symbol.asyncDispose]();
    },
  };
}

/** Measures processes only where a cpu or memory trigger asks for it. */
async function openPodSamples(
  spec: TargetSpec,
  target: ScaleTarget,
  triggers: TriggerSet,
  { account, clock, logger }: AutoscalerOptions,
): Promise<PodSamples | null> {
  if (!triggers.usesResources) return null;
  const { createPodSamples } = await import('./pod-samples.ts');
  return createPodSamples({
    target,
    deployment: spec.deployment,
    account: account ?? (await (await import('./targets/process-accounting.ts')).processAccounting()),
    clock,
    logger,
  });
}
