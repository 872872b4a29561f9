import type { LoadSnapshot, TriggerReading } from './load-snapshot.ts';
import { replayDecision } from './replay-decision.ts';
import type { ScaleDecision } from './scale-decision.ts';

/** Something that would make the next decision of this clock another one. */
export interface WhatIf {
  /** Completes "if …": `7 more requests arrive`, `s0-prometheus rises above 5.5`, `nothing arrives for 4 min 12 s`. */
  readonly condition: string;
  /** Replicas then. */
  readonly to: number;
  /** The decision's own words. */
  readonly explanation: string;
}

/** Farthest a request count or a trigger value is searched: this many times the target, or this many requests. */
const farthest = 2 ** 20;
const bisections = 40;

/**
 * What would change a decision, found by asking the same function again with one input changed: more requests, another
 * value of one trigger, or the moment when its clock ends. Nothing is estimated.
 *
 * @param decision the last one of a clock.
 * @param nowMs the moment to ask for.
 */
export function whatWouldChange(decision: ScaleDecision, nowMs: number): readonly WhatIf[] {
  const { snapshot } = decision.inputs;
  const found: (WhatIf | null)[] = [];
  if (decision.inputs.clock === 'instant') found.push(moreRequests(decision, nowMs));
  for (const reading of snapshot.triggers) {
    if (reading.value === null || reading.isResource) continue;
    found.push(
      otherValue(decision, reading, 'rises above', nowMs),
      otherValue(decision, reading, 'falls below', nowMs),
    );
  }
  found.push(passingTime(decision, nowMs));
  return found.filter((change) => change !== null);
}

const ask = ({ inputs }: ScaleDecision, snapshot: LoadSnapshot, nowMs: number): ScaleDecision =>
  replayDecision({ ...inputs, snapshot, nowMs }).decision;

const asWhatIf = (condition: string, { to, explanation }: ScaleDecision): WhatIf => ({
  condition,
  to,
  explanation,
});

function moreRequests(decision: ScaleDecision, nowMs: number): WhatIf | null {
  const { snapshot } = decision.inputs;
  const withMore = (more: number): ScaleDecision =>
    ask(decision, { ...snapshot, pending: snapshot.pending + more, lastActivityMs: nowMs }, nowMs);
  const isMore = (more: number): boolean => withMore(more).to > decision.to;
  let high = 1;
  while (!isMore(high)) {
    high *= 2;
    if (high > farthest) return null;
  }
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isMore(middle)) high = middle;
    else low = middle;
  }
  return asWhatIf(
    high === 1 ? 'one more request arrives' : `${high} more requests arrive at once`,
    withMore(high),
  );
}

function otherValue(
  decision: ScaleDecision,
  reading: TriggerReading,
  direction: 'rises above' | 'falls below',
  nowMs: number,
): WhatIf | null {
  const { snapshot } = decision.inputs;
  const value = reading.value ?? 0;
  const withValue = (next: number): ScaleDecision => {
    const changed = {
      ...reading,
      value: next,
      active: reading.activationThreshold === null ? next > 0 : next > reading.activationThreshold,
    };
    const triggers = snapshot.triggers.map((other) => (other === reading ? changed : other));
    return ask(decision, { ...snapshot, triggers }, nowMs);
  };
  const rises = direction === 'rises above';
  const differs = (next: number): boolean => {
    const { to } = withValue(next);
    return rises ? to > decision.to : to < decision.to;
  };
  let far = 0;
  if (rises) {
    far = Math.max(value * 2, reading.target.value, reading.activationThreshold ?? 0, 1);
    while (!differs(far) && far <= reading.target.value * farthest) far *= 2;
  }
  if (!differs(far)) return null;
  let near = value;
  for (let step = 0; step < bisections; step += 1) {
    const middle = (near + far) / 2;
    if (differs(middle)) far = middle;
    else near = middle;
  }
  const boundary = Number(near.toPrecision(4));
  return asWhatIf(`${reading.metricName} ${direction} ${boundary}`, withValue(far));
}

function passingTime(decision: ScaleDecision, nowMs: number): WhatIf | null {
  const endsAtMs = decision.cooldownEndsAtMs ?? decision.nextCheckAtMs;
  if (endsAtMs === null || endsAtMs <= nowMs) return null;
  const { snapshot } = decision.inputs;
  // One millisecond later: the clocks end strictly after their time.
  const later = ask(decision, { ...snapshot, triggersReadAtMs: endsAtMs }, endsAtMs + 1);
  if (later.to === decision.to) return null;
  const seconds = Math.ceil((endsAtMs - nowMs) / 1000);
  return asWhatIf(`nothing arrives for another ${seconds} s`, later);
}
