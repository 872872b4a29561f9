import { isResource } from '../../manifests/admission/rule.ts';
import { selects } from '../../manifests/service-protocol.ts';
import { catalogue } from '../../triggers/catalogue/catalogue.ts';
import type { ObjectContext, ObjectRule } from '../lint-rule.ts';
import { triggersOf } from '../lint-rule.ts';
import { ownMatcher, valueOfOneRequest } from './query-source.ts';

// What keeps a target at zero although there is work.

/** Names under which the target's own series and endpoints go. */
export function ownNames({ object, set, workload }: ObjectContext): readonly string[] {
  const names = new Set([object.scaleTargetRef.name]);
  const labels = workload?.labels ?? {};
  for (const key of ['app', 'app.kubernetes.io/name']) if (labels[key]) names.add(labels[key]);
  for (const container of workload?.containers ?? []) {
    if (!['main', 'app', 'server', 'replica'].includes(container.name)) names.add(container.name);
  }
  for (const service of set.services) if (selects(service.selector, labels)) names.add(service.name);
  return [...names];
}

/** A metric that the replicas export is gone with the last of them. */
export const metricVanishesAtZero: ObjectRule = {
  id: 'metric-vanishes-at-zero',
  check: (context) => {
    if (!context.reachesZero) return [];
    const names = ownNames(context);
    return triggersOf(context.object).flatMap(({ path, trigger }) => {
      if (trigger.type !== 'prometheus' && trigger.type !== 'predictkube') return [];
      const matcher = ownMatcher(trigger.metadata['query'] ?? '', names);
      if (matcher === null) return [];
      return [
        {
          at: [...path, 'metadata', 'query'],
          message: `The query reads series of the target itself (${matcher}). At 0 replicas nobody exports them, the result is empty and counts as 0: the target never wakes.`,
          fix: 'Ask what stands in front of it: the gateway, the ingress or the queue.',
        },
      ];
    });
  },
};

/** The same over HTTP. */
export const metricsApiOwnService: ObjectRule = {
  id: 'metrics-api-own-service',
  check: (context) => {
    if (!context.reachesZero) return [];
    const names = ownNames(context);
    return triggersOf(context.object).flatMap(({ path, trigger }) => {
      const url = trigger.metadata['url'] ?? '';
      if (trigger.type !== 'metrics-api' || !URL.canParse(url)) return [];
      const [host = ''] = new URL(url).hostname.split('.');
      if (!names.includes(host)) return [];
      const aggregates = /^(?:1|t|true)$/i.test(trigger.metadata['aggregateFromKubeServiceEndpoints'] ?? '');
      return [
        {
          at: [...path, 'metadata', 'url'],
          message: `The number is asked from the target's own service "${host}". At 0 replicas ${aggregates ? 'it has no endpoints' : 'nobody answers'}, which is an error at every poll: the target never wakes.`,
          fix: 'Ask something that runs at zero, or set minReplicaCount: 1.',
        },
      ];
    });
  },
};

/** One request in the window is less than the activation asks for. */
export const activationUnreachable: ObjectRule = {
  id: 'activation-unreachable',
  check: ({ object, reachesZero }) => {
    if (!reachesZero) return [];
    return triggersOf(object).flatMap(({ path, trigger }) => {
      if (trigger.type !== 'prometheus') return [];
      const activation = Number(trigger.metadata['activationThreshold'] ?? '0');
      const one = valueOfOneRequest(trigger.metadata['query'] ?? '');
      if (one === null || !(activation >= one.value)) return [];
      const requests = Math.floor(activation / one.value) + 1;
      return [
        {
          at: [...path, 'metadata', 'activationThreshold'],
          message: `One request in ${one.window} is a ${one.functionName} of ${Number(one.value.toPrecision(2))}, and a value must be greater than ${activation} to wake the target: it takes ${requests} requests within ${one.window}. Under policy keda one request at zero is held until its deadline.`,
          fix: 'Set activationThreshold: "0", or add the gateway as an external-push trigger. Policy instant wakes on the arrival itself.',
        },
      ];
    });
  },
};

/** An activation above 0 leaves the first pieces of work lying. */
export const activationHoldsBack: ObjectRule = {
  id: 'activation-holds-back',
  check: ({ object, reachesZero }) => {
    if (!reachesZero) return [];
    return triggersOf(object).flatMap(({ path, trigger }) => {
      const name = catalogue().get(trigger.type)?.activation;
      const activation = name ? Number(trigger.metadata[name] ?? '0') : 0;
      if (!name || !(activation > 0) || trigger.type === 'prometheus') return [];
      return [
        {
          at: [...path, 'metadata', name],
          message: `At zero, a value of ${activation} or less never wakes the target: that much work waits until more comes.`,
          fix: `Set ${name}: "0" if every piece of work matters.`,
        },
      ];
    });
  },
};

/** Entries are pending only once somebody has read them. */
export const redisStreamsPending: ObjectRule = {
  id: 'redis-streams-pending',
  check: ({ object, reachesZero }) => {
    if (!reachesZero) return [];
    return triggersOf(object).flatMap(({ path, trigger: { metadata, type } }) => {
      const isStreams = /^redis(?:-cluster|-sentinel)?-streams$/.test(type);
      if (!isStreams || !metadata['consumerGroup']?.trim() || metadata['lagCount']?.trim()) return [];
      return [
        {
          at: [...path, 'metadata', 'consumerGroup'],
          message:
            'Pending entries exist only after a consumer has read them. At 0 replicas there is none, the count stays 0 and the target never wakes.',
          fix: 'Add lagCount (Redis 7 or newer), which counts what nobody has read yet.',
        },
      ];
    });
  },
};

/** cpu and memory keep nothing alive and wake nothing; a cron beside them decides alone. */
export const cpuNoActivation: ObjectRule = {
  id: 'cpu-no-activation',
  check: ({ object, reachesZero }) => {
    const { triggers } = object;
    const first = triggers.findIndex(({ type }) => isResource(type));
    if (!reachesZero || first < 0 || !triggers.some(({ type }) => type === 'cron')) return [];
    if (!triggers.every(({ type }) => isResource(type) || type === 'cron')) return [];
    return [
      {
        at: ['spec', 'triggers', first],
        message:
          'cpu and memory vote on no activity. Outside the cron window the target goes to zero after the cooldown, however busy its replicas are, and load cannot wake it.',
        fix: 'Set minReplicaCount: 1, or add a trigger that sees requests.',
      },
    ];
  },
};
