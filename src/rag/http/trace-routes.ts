import { AppError } from '../../contract/app-error.ts';
import { HttpResponse } from '../../platform/http-message.ts';
import type { Route } from '../../platform/http-router.ts';
import type { ConversationStore } from '../conversation/conversation-store.ts';
import type { AnswerWriter } from '../generation/answer-writer.ts';
import type { AnswerTrace } from '../trace/answer-trace.ts';
import type { ReplicaScope } from './replica-scope.ts';

export interface TraceServices {
  readonly store: ConversationStore;
  readonly writer: () => Promise<AnswerWriter>;
}

/** What an answer was made of, and the same answer made once more from it. Inside the asking principal, like its turn. */
export function traceRoutes({ store, writer }: TraceServices): readonly Route<ReplicaScope>[] {
  const traceOf = async ({ principal }: ReplicaScope, turnId: string): Promise<AnswerTrace> => {
    const text = await store.trace(principal, turnId);
    // Written by `traceText` alone, so it has that shape.
    return JSON.parse(text) as AnswerTrace;
  };
  return [
    {
      method: 'GET',
      path: '/v1/conversations/:id/turns/:turnId/trace',
      handle: async (_request, { scope, params }) => {
        const trace = await traceOf(scope, params['turnId'] ?? '');
        if (trace.conversationId !== params['id'])
          throw new AppError('not-found', `The conversation has no turn ${params['turnId']}.`);
        return HttpResponse.json(trace);
      },
    },
    {
      method: 'POST',
      path: '/v1/turns/:turnId/replay',
      handle: async (_request, { scope, params, signal }) => {
        const trace = await traceOf(scope, params['turnId'] ?? '');
        const { replayTrace } = await import('../trace/replay-trace.ts');
        return HttpResponse.json(await replayTrace(trace, await writer(), scope.principal.tenant, signal));
      },
    },
  ];
}
