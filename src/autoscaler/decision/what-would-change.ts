import { formatDuration, formatNumber } from './explain.ts';
import type { LoadSnapshot, TriggerReading } from './load-snapshot.ts';
import { replayDecision } from './replay-decision.ts';
import type { DecisionClock, ScaleDecision } from './scale-decision.ts';

/** Something that would make the next decision of this clock another one. */
export interface WhatIf {
  /** Completes "if …": `7 more requests arrive`, `s0-prometheus rises above 5.5`, `nothing arrives for another 4 min 12 s`. */
  readonly condition: string;
  /** When it happens if nothing else does; null where it is no matter of time. */
  readonly atMs: number | null;
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
 * @param last the last one of a clock.
 * @param nowMs the moment to ask for.
 */
export function whatWouldChange(last: ScaleDecision, nowMs: number): readonly WhatIf[] {
  const decision = carriedOut(last, nowMs);
  const { snapshot } = decision.inputs;
  const found: (WhatIf | null)[] = [];
  if (decision.inputs.clock === 'instant') found.push(moreRequests(decision, nowMs));
  for (const reading of snapshot.triggers) {
    if (reading.isResource) continue;
    if (reading.value === null) {
      if (reading.error !== null) found.push(readAgain(decision, reading, nowMs));
      continue;
    }
    found.push(
      otherValue(decision, reading, 'rises above', nowMs),
      otherValue(decision, reading, 'falls below', nowMs),
    );
  }
  found.push(passingTime(decision, nowMs), silence(decision, nowMs));
  return found.filter((change) => change !== null);
}

/**
 * A tick that changed the count is over: the next one will find the new count, and remember the change. Policy
 * `instant` has decided again by then.
 */
function carriedOut(last: ScaleDecision, nowMs: number): ScaleDecision {
  const { inputs, kind, to } = last;
  if (kind === 'hold' || inputs.clock === 'instant') return last;
  const { state } = replayDecision(inputs);
  const snapshot = {
    ...inputs.snapshot,
    specReplicas: to,
    statusReplicas: to,
    readyReplicas: to,
    startingReplicas: 0,
  };
  const next = replayDecision({ ...inputs, state, snapshot, nowMs }).decision;
  // Where the next tick goes on by itself, changes are counted from where it is now.
  return next.to === to ? next : { ...next, to };
}

const ask = ({ inputs }: ScaleDecision, snapshot: LoadSnapshot, nowMs: number): ScaleDecision =>
  replayDecision({ ...inputs, snapshot, nowMs }).decision;

const asWhatIf = (
  condition: string,
  { to, explanation }: ScaleDecision,
  atMs: number | null = null,
): WhatIf => ({ condition, atMs, to, explanation });

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

/** The decision if one trigger had read another value. */
function withValue(
  decision: ScaleDecision,
  reading: TriggerReading,
  value: number,
  nowMs: number,
): ScaleDecision {
  const { snapshot } = decision.inputs;
  const active = reading.activationThreshold === null ? value > 0 : value > reading.activationThreshold;
  const changed: TriggerReading = { ...reading, value, active, error: null, errorStage: 'fetch' };
  const triggers = snapshot.triggers.map((other) => (other === reading ? changed : other));
  return ask(decision, { ...snapshot, triggers }, nowMs);
}

/**
 * The value nearest to `near` at which `differs` holds, between it and `far`, where it holds.
 *
 * @returns the boundary, and a value beyond it that is written differently.
 */
function boundaryOf(
  near: number,
  far: number,
  differs: (value: number) => boolean,
): { readonly boundary: number; readonly beyond: number } {
  let [inside, outside] = [near, far];
  for (let step = 0; step < bisections; step += 1) {
    const middle = (inside + outside) / 2;
    if (differs(middle)) outside = middle;
    else inside = middle;
  }
  // As near to zero as halving gets: anything above it will do, and a number that somebody might read is shown.
  const small = far / 1000;
  if (near === 0 && Math.abs(outside) < Math.abs(small) / 1e6 && differs(small)) {
    return { boundary: 0, beyond: small };
  }
  const boundary = Number(inside.toPrecision(4));
  const farther = Number((outside + Math.sign(far - near) * Math.abs(outside) * 1e-3).toPrecision(4));
  const isWrittenAlike = formatNumber(outside) === formatNumber(boundary);
  return { boundary, beyond: isWrittenAlike && differs(farther) ? farther : outside };
}

/** Far above what the trigger asks for: where a rise makes a difference, or null. */
function farAbove(
  reading: TriggerReading,
  value: number,
  differs: (value: number) => boolean,
): number | null {
  let far = Math.max(value * 2, reading.target.value, reading.activationThreshold ?? 0, 1);
  while (!differs(far) && far <= reading.target.value * farthest) far *= 2;
  return differs(far) ? far : null;
}

function otherValue(
  decision: ScaleDecision,
  reading: TriggerReading,
  direction: 'rises above' | 'falls below',
  nowMs: number,
): WhatIf | null {
  const value = reading.value ?? 0;
  const rises = direction === 'rises above';
  const differs = (next: number): boolean => {
    const { to } = withValue(decision, reading, next, nowMs);
    return rises ? to > decision.to : to < decision.to;
  };
  const far = rises ? farAbove(reading, value, differs) : differs(0) ? 0 : null;
  if (far === null) return null;
  const { beyond, boundary } = boundaryOf(value, far, differs);
  return asWhatIf(
    `${reading.metricName} ${direction} ${boundary}`,
    withValue(decision, reading, beyond, nowMs),
  );
}

/** A trigger that failed says something again: more than its error allows, or nothing. */
function readAgain(decision: ScaleDecision, reading: TriggerReading, nowMs: number): WhatIf | null {
  const again = `${reading.metricName} can be read again`;
  const atZero = withValue(decision, reading, 0, nowMs);
  if (atZero.to !== decision.to) return asWhatIf(`${again} and is 0`, atZero);
  const differs = (next: number): boolean => withValue(decision, reading, next, nowMs).to > decision.to;
  const far = farAbove(reading, 0, differs);
  if (far === null) return null;
  const { beyond, boundary } = boundaryOf(0, far, differs);
  return asWhatIf(`${again} and is above ${boundary}`, withValue(decision, reading, beyond, nowMs));
}

/** What must stay as it is while a clock runs out. */
const quietly: Readonly<Record<DecisionClock, string>> = {
  instant: 'nothing arrives',
  'keda-poll': 'no trigger is active',
  'keda-push': 'no trigger is active',
  hpa: 'its metrics stay as they are',
};

function passingTime(decision: ScaleDecision, nowMs: number): WhatIf | null {
  const endsAtMs = decision.cooldownEndsAtMs ?? decision.nextCheckAtMs;
  if (endsAtMs === null || endsAtMs <= nowMs) return null;
  const { clock, snapshot } = decision.inputs;
  // One millisecond later: the clocks end strictly after their time.
  const later = ask(decision, { ...snapshot, triggersReadAtMs: endsAtMs }, endsAtMs + 1);
  if (later.to === decision.to) return null;
  return asWhatIf(`${quietly[clock]} for another ${formatDuration(endsAtMs - nowMs)}`, later, endsAtMs);
}

/** KEDA while something is active: what comes when it ends and the cooldown has passed. No clock runs for it yet. */
function silence(decision: ScaleDecision, nowMs: number): WhatIf | null {
  const { inputs } = decision;
  if (inputs.clock !== 'keda-poll' || !inputs.snapshot.triggers.some(({ active }) => active)) return null;
  const triggers = inputs.snapshot.triggers.map((reading) =>
    reading.isResource ? reading : { ...reading, value: 0, active: false, error: null },
  );
  const silent = {
    ...inputs,
    state: replayDecision(inputs).state,
    snapshot: { ...inputs.snapshot, triggers },
  };
  const endsAtMs = replayDecision({ ...silent, nowMs }).decision.cooldownEndsAtMs;
  if (endsAtMs === null || endsAtMs <= nowMs) return null;
  const later = replayDecision({ ...silent, nowMs: endsAtMs + 1 }).decision;
  if (later.to >= decision.to) return null;
  return asWhatIf(`no trigger is active for ${formatDuration(endsAtMs - nowMs)}`, later, endsAtMs);
}
