import type { Autoscaler } from '../../autoscaler/autoscaler.ts';
import { HttpResponse } from '../../platform/http-message.ts';
import type { Route } from '../../platform/http-router.ts';

/**
 * `GET /scaling/:target/decisions`: the last decisions one by one, oldest first, each with all its inputs, so that a tick
 * can be looked into and decided again.
 */
export function decisionsRoute(autoscaler: Pick<Autoscaler, 'decisions'>): Route<unknown> {
  return {
    method: 'GET',
    path: '/scaling/:target/decisions',
    handle: (_request, { params }) => {
      const target = params['target'] ?? '';
      const decisions = autoscaler.decisions(target);
      return HttpResponse.json({ target, decisions }, { headers: { 'cache-control': 'no-store' } });
    },
  };
}
