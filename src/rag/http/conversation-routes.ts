import { HttpResponse } from '../../platform/http-message.ts';
import { AppError } from '../../contract/app-error.ts';
import type { ConversationList } from '../../contract/conversation.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Route } from '../../platform/http-router.ts';
import type { ConversationStore } from '../conversation/conversation-store.ts';
import { checked, readJson } from './read-json.ts';
import type { ReplicaScope } from './replica-scope.ts';

export interface ConversationServices {
  readonly store: ConversationStore;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly defaultCollection: string;
}

function limitOf(text: string | null): number {
  if (text === null) return 50;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 200)
    throw new AppError(
      'invalid-argument',
      `limit: expected a whole number from 1 to 200, received ${JSON.stringify(text)}.`,
      { param: 'limit' },
    );
  return limit;
}

/** `/v1/conversations`: those of the asking principal and nobody else's. */
export function conversationRoutes({
  store,
  clock,
  newId,
  defaultCollection,
}: ConversationServices): readonly Route<ReplicaScope>[] {
  return [
    {
      method: 'GET',
      path: '/v1/conversations',
      handle: async (_request, { scope, url }) => {
        const page = { limit: limitOf(url.searchParams.get('limit')), after: url.searchParams.get('after') };
        const data = [...(await store.list(scope.principal, page))];
        return HttpResponse.json({ object: 'list', data } satisfies ConversationList);
      },
    },
    {
      method: 'POST',
      path: '/v1/conversations',
      handle: async (request, { scope }) => {
        const { CreateConversation } = await import('../../contract/conversation.ts');
        const { title = '', collection = defaultCollection } = checked(
          CreateConversation,
          await readJson(request),
        );
        return HttpResponse.json(
          await store.create(scope.principal, { id: newId(), title, collection }, clock.now()),
          { status: 201 },
        );
      },
    },
    {
      method: 'GET',
      path: '/v1/conversations/:id',
      handle: async (_request, { scope, params }) =>
        HttpResponse.json(await store.read(scope.principal, params['id'] ?? '', clock.now())),
    },
    {
      method: 'DELETE',
      path: '/v1/conversations/:id',
      handle: async (_request, { scope, params }) => {
        const id = params['id'] ?? '';
        await store.remove(scope.principal, id);
        return HttpResponse.json({ id, object: 'conversation', deleted: true });
      },
    },
  ];
}
