import { HttpResponse } from '../../platform/http-message.ts';
import type { SearchResponse } from '../../contract/search.ts';
import type { Route, RouteContext } from '../../platform/http-router.ts';
import type { Retrieve } from '../retrieve.ts';
import { checked, readJson } from './read-json.ts';
import type { ReplicaScope } from './replica-scope.ts';

/** `/v1/search`: passages without an answer. */
export function searchRoutes(retrieve: Retrieve, defaultCollection: string): readonly Route<ReplicaScope>[] {
  const search = async (
    asked: unknown,
    { scope, signal }: RouteContext<ReplicaScope>,
  ): Promise<HttpResponse> => {
    const { SearchRequest } = await import('../../contract/search.ts');
    const { query, collection = defaultCollection, topK } = checked(SearchRequest, asked);
    const found = await retrieve({
      scope: { tenant: scope.principal.tenant, collection },
      query,
      topK,
      signal,
    });
    const { generation, tookMs } = found;
    return HttpResponse.json({
      object: 'search',
      query,
      generation,
      tookMs,
      passages: [...found.passages],
    } satisfies SearchResponse);
  };
  return [
    {
      method: 'POST',
      path: '/v1/search',
      handle: async (request, context) => search(await readJson(request), context),
    },
    {
      method: 'GET',
      path: '/v1/search',
      handle: (_request, context) => {
        const { topK, ...rest } = Object.fromEntries(context.url.searchParams);
        return search(
          { ...rest, ...(topK === undefined ? {} : { topK: topK.trim() === '' ? topK : Number(topK) }) },
          context,
        );
      },
    },
  ];
}
