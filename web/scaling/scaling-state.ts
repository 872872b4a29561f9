import type { DecisionView, ScalingStatus, TargetStatus } from '../../src/contract/scaling.ts';
import { isObject, parseJson } from '../api/narrow.ts';

/** A recorded decision, and for which target it was taken. */
export interface DecisionOfTarget {
  readonly target: string;
  readonly decision: DecisionView;
}

export interface LiveState {
  /** `connecting` before the first event, `lost` while the stream is down: then the numbers are old. */
  readonly link: 'connecting' | 'live' | 'lost';
  readonly targets: readonly TargetStatus[];
  /** Server time minus our time, so that countdowns do not depend on the visitor's clock. */
  readonly clockSkewMs: number;
  /** The last ten, newest first. */
  readonly decisions: readonly DecisionOfTarget[];
}

export type LiveAction =
  | { readonly type: 'status'; readonly status: ScalingStatus; readonly nowMs: number }
  | ({ readonly type: 'decision' } & DecisionOfTarget)
  | { readonly type: 'lost' };

export const emptyLive: LiveState = { link: 'connecting', targets: [], clockSkewMs: 0, decisions: [] };

const shownDecisions = 10;

export function liveReducer(live: LiveState, action: LiveAction): LiveState {
  switch (action.type) {
    case 'lost':
      return { ...live, link: 'lost' };
    case 'decision':
      return { ...live, link: 'live', decisions: withDecision(live.decisions, action) };
    case 'status': {
      const { status, nowMs } = action;
      const decisions = status.targets.reduce(
        (known, { target, lastDecision }) =>
          lastDecision ? withDecision(known, { target, decision: lastDecision }) : known,
        live.decisions,
      );
      return { link: 'live', targets: status.targets, clockSkewMs: status.atMs - nowMs, decisions };
    }
  }
}

/** Names one decision. A target is decided on twice within a millisecond when a request arrives and a replica starts. */
export function decisionKey({
  target,
  decision: { atMs, kind, from, to, reason },
}: DecisionOfTarget): string {
  return [target, atMs, kind, from, to, reason].join(' ');
}

/**
 * The last decision comes with each status as well as by itself: the same one counts once.
 * Holding for the same reason tick after tick counts once, too, with the newest words.
 */
function withDecision(known: readonly DecisionOfTarget[], { target, decision }: DecisionOfTarget) {
  const key = decisionKey({ target, decision });
  const others = known.filter((one) => decisionKey(one) !== key);
  const all = [{ target, decision }, ...others].sort((a, b) => b.decision.atMs - a.decision.atMs);
  return all.filter((one, index) => !repeats(one, all[index - 1])).slice(0, shownDecisions);
}

function repeats(one: DecisionOfTarget, newer: DecisionOfTarget | undefined): boolean {
  return (
    newer !== undefined &&
    one.target === newer.target &&
    one.decision.kind === 'hold' &&
    newer.decision.kind === 'hold' &&
    one.decision.to === newer.decision.to &&
    one.decision.reason === newer.decision.reason
  );
}

/** Whole seconds until the count may fall to the minimum; null when no clock is running. */
export function countdownSeconds(
  { cooldownEndsAtMs }: TargetStatus,
  clockSkewMs: number,
  nowMs: number,
): number | null {
  if (cooldownEndsAtMs === null) return null;
  return Math.max(0, Math.ceil((cooldownEndsAtMs - (nowMs + clockSkewMs)) / 1000));
}

function isTarget(value: unknown): value is TargetStatus {
  return isObject(value) && typeof value['target'] === 'string' && Array.isArray(value['replicas']);
}

function isStatus(value: unknown): value is ScalingStatus {
  return isObject(value) && Array.isArray(value['targets']) && value['targets'].every(isTarget);
}

function isDecision(value: unknown): value is DecisionView {
  return isObject(value) && typeof value['atMs'] === 'number' && typeof value['explanation'] === 'string';
}

/** Reads the data of one event of `/events`; null when it is none that the page knows. */
export function readScalingEvent(data: string, nowMs: number): LiveAction | null {
  const event = parseJson(data);
  if (!isObject(event)) return null;
  const { status, target, decision } = event;
  if (isStatus(status)) return { type: 'status', status, nowMs };
  if (isDecision(decision) && typeof target === 'string') return { type: 'decision', target, decision };
  return null;
}
