import type { TriggerSpec } from '../scaled-object.ts';
import { isResource, type AdmissionRule, type RuleComplain } from './rule.ts';

/** Names are unique, and cpu, memory and cron have no cache. Shared with ScaledJobs. */
export function checkTriggerList(triggers: readonly TriggerSpec[], complain: RuleComplain): void {
  if (triggers.length === 0) {
    complain('schema', ['spec', 'triggers'], 'expected at least one trigger, received an empty list');
  }
  const first = new Map<string, number>();
  for (const [index, trigger] of triggers.entries()) {
    const path = ['spec', 'triggers', index];
    if (trigger.name !== null) {
      const other = first.get(trigger.name);
      if (other === undefined) first.set(trigger.name, index);
      else {
        complain(
          'keda-trigger-names',
          [...path, 'name'],
          `"${trigger.name}" is already the name of trigger ${other}; names must be unique`,
        );
      }
    }
    if (trigger.useCachedMetrics && (isResource(trigger.type) || trigger.type === 'cron')) {
      complain(
        'keda-cached-metrics',
        [...path, 'useCachedMetrics'],
        `${trigger.type} triggers cannot use cached metrics; remove it`,
      );
    }
  }
}

export const triggerList: AdmissionRule = (object, _all, complain) =>
  checkTriggerList(object.triggers, complain);

/** Not looked at on admission, but the object never becomes ready. */
export const metricTypes: AdmissionRule = ({ triggers }, _all, complain) => {
  for (const [index, { metricType, type }] of triggers.entries()) {
    const path = ['spec', 'triggers', index, 'metricType'];
    if (isResource(type)) {
      if (metricType === 'Utilization' || metricType === 'AverageValue') continue;
      complain(
        'trigger-metric-type',
        path,
        'expected Utilization or AverageValue: cpu and memory demand it',
        'warning',
      );
    } else if (metricType === 'Utilization') {
      complain(
        'trigger-metric-type',
        path,
        'expected AverageValue or Value: Utilization is for cpu and memory',
      );
    }
  }
};

/** A reference that leads nowhere is only logged by KEDA; the trigger then lacks its parameters. */
export const authenticationExists: AdmissionRule = ({ namespace, triggers }, all, complain) => {
  for (const [index, { authenticationRef: ref }] of triggers.entries()) {
    const known = all.triggerAuthentications.some(
      (object) =>
        object.kind === ref?.kind &&
        object.name === ref.name &&
        (ref.kind === 'ClusterTriggerAuthentication' || object.namespace === namespace),
    );
    if (!ref || known) continue;
    complain(
      'authentication-missing',
      ['spec', 'triggers', index, 'authenticationRef', 'name'],
      `there is no ${ref.kind} "${ref.name}" among the manifests`,
      'warning',
    );
  }
};
