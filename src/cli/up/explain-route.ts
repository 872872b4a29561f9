import type { Autoscaler } from '../../autoscaler/autoscaler.ts';
import type { DecisionInputs } from '../../autoscaler/decision/scale-decision.ts';
import { whatWouldChange } from '../../autoscaler/decision/what-would-change.ts';
import { decisionView } from '../../autoscaler/scaling-view.ts';
import type { Explanation } from '../../contract/explanation.ts';
import type { Clock } from '../../platform/clock.ts';
import { HttpResponse } from '../../platform/http-message.ts';
import type { Route } from '../../platform/http-router.ts';

/** How many past decisions are told. */
const maxHistory = 50;

/** `GET /scaling/:target`: what holds the count where it is, until when, and what would change it. */
export function explainRoute(autoscaler: Pick<Autoscaler, 'explain'>, clock: Clock): Route<unknown> {
  return {
    method: 'GET',
    path: '/scaling/:target',
    handle: (_request, { params }) => {
      const { status, scaledObject, last, conditions, history } = autoscaler.explain(params['target'] ?? '');
      const atMs = clock.now();
      const explanation: Explanation = {
        atMs,
        status,
        scaledObject,
        decisions: last.map((decision) => ({
          ...decisionView(decision),
          clock: decision.inputs.clock,
          nextAtMs: nextAtMs(decision.inputs, atMs),
          changes: whatWouldChange(decision, atMs).map((change) => ({ ...change })),
        })),
        conditions: conditions.map((condition) => ({ ...condition })),
        history: history.slice(-maxHistory).map(decisionView),
      };
      return HttpResponse.json(explanation, { headers: { 'cache-control': 'no-store' } });
    },
  };
}

/** The next tick of the decision's clock after `nowMs`. */
function nextAtMs({ clock, nowMs: lastMs, policy }: DecisionInputs, nowMs: number): number | null {
  if (policy.kind !== 'keda' || (clock !== 'keda-poll' && clock !== 'hpa')) return null;
  const periodMs = clock === 'hpa' ? policy.hpa.syncPeriodMs : policy.pollingIntervalMs;
  if (!(periodMs > 0)) return null;
  return lastMs + Math.max(1, Math.ceil((nowMs - lastMs) / periodMs)) * periodMs;
}
