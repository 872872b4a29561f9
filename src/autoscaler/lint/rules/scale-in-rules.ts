import { pauseAnnotations } from '../../decision/keda/pause-annotations.ts';
import type { ObjectRule } from '../lint-rule.ts';
import { triggersOf } from '../lint-rule.ts';

// What takes replicas away, or moves their number, otherwise than expected.

/** KEDA pulls to idle, the HPA pushes to min. */
export const idleAboveZero: ObjectRule = {
  id: 'idle-above-zero',
  check: ({ object: { idleReplicaCount: idle } }) =>
    idle !== null && idle > 0
      ? [
          {
            at: ['spec', 'idleReplicaCount'],
            message: `With ${idle} idle replicas the HPA stays switched on and lifts them to minReplicaCount, and KEDA pulls them back: the count flaps. The HPA is only off at 0.`,
            fix: 'Set idleReplicaCount: 0, or leave it out.',
          },
        ]
      : [],
};

/** Without policies the HPA removes as many as it likes at once; and the way to zero has no policy at all. */
export const scaleInUnlimited: ObjectRule = {
  id: 'scale-in-unlimited',
  check: ({ object: { behavior, maxReplicaCount, triggers }, reachesZero }) => {
    if (
      maxReplicaCount <= 1 ||
      behavior?.scaleDown?.policies ||
      behavior?.scaleDown?.selectPolicy === 'Disabled'
    ) {
      return [];
    }
    const toZero = reachesZero
      ? ' After the cooldown KEDA writes 0 from any count, whatever the behavior says.'
      : '';
    return [
      {
        at: ['spec'],
        message: `Nothing limits scale-in: five minutes after a peak the HPA may stop all replicas but the minimum in one step, with the ${queues.test(triggers[0]?.type ?? '') ? 'messages they work on' : 'requests they are answering'}.${toZero}`,
        fix: 'Set advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies, for example 1 Pod per 60 s. This changes the HPA to its newer algorithm.',
      },
    ];
  },
};

/** The time between the wish to stop and SIGKILL. */
export const shortGracePeriod: ObjectRule = {
  id: 'short-grace-period',
  check: ({ object, workload }) => {
    if (!workload || workload.terminationGracePeriodMs >= 30_000) return [];
    return [
      {
        at: ['spec', 'scaleTargetRef', 'name'],
        message: `Replicas of "${object.scaleTargetRef.name}" have ${workload.terminationGracePeriodMs / 1000} s to finish when they are taken away (${workload.source.file}:${workload.source.line}); a request that takes longer is cut off.`,
        fix: 'Raise terminationGracePeriodSeconds above the longest request.',
      },
    ];
  },
};

const queues =
  /^(?:activemq|apache-kafka|artemis-queue|aws-sqs-queue|azure-queue|azure-servicebus|beanstalkd|gcp-pubsub|ibmmq|kafka|nats-jetstream|pulsar|rabbitmq|redis(?:-cluster|-sentinel)?(?:-streams)?|solace-event-queue|temporal)$/;

/** The HPA does not know which replica works. */
export const queueWorkCutShort: ObjectRule = {
  id: 'queue-work-cut-short',
  check: ({ object, workload }) => {
    const index = object.triggers.findIndex(({ type }) => queues.test(type));
    if (index < 0 || !workload || workload.terminationGracePeriodMs > 30_000) return [];
    return [
      {
        at: ['spec', 'triggers', index, 'type'],
        message: `When the queue runs empty, replicas are stopped without regard to the message they still work on; it has ${workload.terminationGracePeriodMs / 1000} s left.`,
        fix: 'Raise terminationGracePeriodSeconds above the longest message, or use a ScaledJob.',
      },
    ];
  },
};

/** A behavior section appears, and with it another algorithm. */
export const pausedChangesAlgorithm: ObjectRule = {
  id: 'paused-changes-algorithm',
  check: ({ object: { annotations, behavior } }) => {
    if (behavior !== null) return [];
    const { scaleInPaused, scaleOutPaused } = pauseAnnotations(annotations).pause;
    const directions = [
      { name: 'paused-scale-in', isPaused: scaleInPaused, other: 'Scale-out' },
      { name: 'paused-scale-out', isPaused: scaleOutPaused, other: 'Scale-in' },
    ];
    return directions.flatMap(({ isPaused, name, other }) => {
      if (!isPaused) return [];
      return [
        {
          at: ['metadata', 'annotations', `autoscaling.keda.sh/${name}`],
          message: `KEDA writes a behavior section for this, where there was none, and the HPA changes its algorithm. ${other} is then limited otherwise than before (+4 or doubling each 15 s instead of doubling each sync).`,
          fix: 'Write the behavior section you want, so that pausing changes nothing else.',
        },
      ];
    });
  },
};

/** Made for metrics that fall as replicas rise. */
export const valueMultiplies: ObjectRule = {
  id: 'value-multiplies',
  check: ({ object }) => {
    if (object.scalingModifiers?.formula) return [];
    return triggersOf(object)
      .filter(({ trigger }) => trigger.metricType === 'Value')
      .map(({ path }) => ({
        at: [...path, 'metricType'],
        message:
          'With Value the count is multiplied by value / target at every sync (1, 2, 4, 8 …) for as long as the value stays above its target. That is right for a latency, wrong for the length of a queue.',
        fix: 'Use AverageValue unless the value falls when replicas are added.',
      }));
  },
};

/** The HPA leaves alone what is within a tenth. */
export const cronTolerance: ObjectRule = {
  id: 'cron-tolerance',
  check: ({ object }) => {
    const { behavior } = object;
    if (behavior?.scaleUp?.tolerance !== undefined || behavior?.scaleDown?.tolerance !== undefined) return [];
    return triggersOf(object).flatMap(({ path, trigger }) => {
      const wanted = Number(trigger.metadata['desiredReplicas'] ?? '0');
      if (trigger.type !== 'cron' || !(wanted >= 10)) return [];
      const spread = Math.floor(wanted / 10);
      return [
        {
          at: [...path, 'metadata', 'desiredReplicas'],
          message: `The HPA corrects nothing within 10 %: with ${wanted} wanted, any count from ${wanted - spread} to ${wanted + spread} may stay.`,
          fix: 'Set behavior.scaleUp.tolerance and behavior.scaleDown.tolerance (Kubernetes 1.33 or newer) if the number matters.',
        },
      ];
    });
  },
};
