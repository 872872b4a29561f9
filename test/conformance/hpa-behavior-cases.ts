import type { Recommendation, ScaleEvent } from '../../src/autoscaler/decision/decision-state.ts';
import { defaultRules } from '../../src/autoscaler/decision/hpa/behavior-rules.ts';
import {
  legacyScaleUpLimit,
  limitLegacy,
  limitWithBehavior,
  scaleDownLimit,
  scaleUpLimit,
} from '../../src/autoscaler/decision/hpa/rate-limit.ts';
import { changeWithin, storeScaleEvent } from '../../src/autoscaler/decision/hpa/scale-events.ts';
import { stabilizeLegacy, stabilizeWithBehavior } from '../../src/autoscaler/decision/hpa/stabilize.ts';
import type { HpaScalingRules } from '../../src/autoscaler/decision/scale-policy.ts';
import type { Case, Fields } from './case.ts';
import { ago, nowMs } from './case.ts';

// Each function answers one case in the words of its file.

export function hpaBehavior(item: Case): unknown {
  const fields: Fields = { ...item };
  const current: number = fields['currentReplicas'];
  const history = { up: events(fields['scaleUpEvents']), down: events(fields['scaleDownEvents']) };
  switch (item.kind) {
    case 'rate-limit': {
      const rules = {
        up: defaultRules('scaleUp', rulesOf(fields['scaleUp'])),
        down: defaultRules('scaleDown', rulesOf(fields['scaleDown'])),
      };
      const bounds = { minReplicas: fields['minReplicas'], maxReplicas: fields['maxReplicas'] };
      return limitWithBehavior(current, fields['desiredReplicas'], bounds, rules, history, nowMs);
    }
    case 'legacy-scale-up-limit':
      return { limit: legacyScaleUpLimit(current, 2, 4) };
    case 'scale-up-limit':
      return {
        limit: scaleUpLimit(current, defaultRules('scaleUp', rulesOf(fields['rules'])), history, nowMs),
      };
    case 'scale-down-limit':
      return {
        limit: scaleDownLimit(current, defaultRules('scaleDown', rulesOf(fields['rules'])), history, nowMs),
      };
    case 'legacy-clamp': {
      const bounds = { minReplicas: fields['minReplicas'], maxReplicas: fields['maxReplicas'] };
      return limitLegacy(fields['desiredReplicas'], bounds, legacyScaleUpLimit(current, 2, 4));
    }
    case 'legacy-stabilize': {
      const windowMs = fields['downscaleStabilizationSeconds'] * 1000;
      const memory = recommendations(fields['recommendations']);
      const result = stabilizeLegacy(memory, fields['desiredReplicas'], windowMs, nowMs);
      return { replicas: result.replicas, logLength: result.recommendations.length };
    }
    case 'stabilize': {
      const desired: number = fields['desiredReplicas'];
      const windows = {
        upMs: fields['scaleUpWindowSeconds'] * 1000,
        downMs: fields['scaleDownWindowSeconds'] * 1000,
      };
      const memory = recommendations(fields['recommendations']);
      const result = stabilizeWithBehavior(memory, current, desired, windows, nowMs);
      return {
        replicas: result.replicas,
        storedRecommendations: result.recommendations.map(({ replicas }) => replicas),
        reason: desired >= current ? 'ScaleUpStabilized' : 'ScaleDownStabilized',
      };
    }
    case 'store-event':
      return storeEvent(fields);
    case 'defaults':
      return defaultRules(fields['direction'], rulesOf(fields['input']));
    default:
      throw new Error(`unknown kind ${item.kind}`);
  }
}

function storeEvent(fields: Fields): unknown {
  const previous = events(fields['previousEvents']);
  const rules: Fields | null = fields['rules'];
  const stored = storeScaleEvent(previous, rules?.['policies'] ?? null, fields['replicaChange'], nowMs);
  return {
    changeInLast60Seconds: changeWithin(previous, 60, nowMs),
    storedEvents: stored.map(({ replicaChange, outdated }) => ({ replicaChange, outdated })),
  };
}

function events(list: readonly Fields[] | undefined): readonly ScaleEvent[] {
  return (list ?? []).map((event) => ({
    replicaChange: event['replicaChange'],
    atMs: ago(event['secondsAgo']),
    outdated: event['outdated'] ?? false,
  }));
}

export function recommendations(list: readonly Fields[]): readonly Recommendation[] {
  return list.map((entry) => ({ replicas: entry['replicas'], atMs: ago(entry['secondsAgo']) }));
}

export function rulesOf(fields: Fields | null | undefined): HpaScalingRules | null {
  if (fields === null || fields === undefined) return null;
  return {
    stabilizationWindowSeconds: fields['stabilizationWindowSeconds'] ?? null,
    selectPolicy: fields['selectPolicy'] ?? null,
    policies: fields['policies'] ?? null,
    tolerance: fields['tolerance'] ?? null,
  };
}
