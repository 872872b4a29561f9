import { HttpResponse } from '../../platform/http-message.ts';
import { AppError } from '../../contract/app-error.ts';
import type { CollectionList, DocumentList, DocumentText, DocumentView } from '../../contract/document.ts';
import type { Principal } from '../../contract/principal.ts';
import type { Route, RouteContext } from '../../platform/http-router.ts';
import type { PassageIndex } from '../index/passage-index.ts';
import { receiveDocuments, type ReceiveServices } from './receive-documents.ts';
import { removeDocument } from './remove-document.ts';
import { checkCollection } from './source-name.ts';
import { fileName } from './text-builder.ts';

export interface DocumentServices extends ReceiveServices {
  readonly index: PassageIndex;
  /** Called after work was queued, so that a worker is started. */
  readonly notifyWork: () => void;
}

/** On whose behalf a request is handled. */
export interface DocumentScope {
  readonly principal: Principal;
}

type Context = RouteContext<DocumentScope>;

const unknown = (id: string): AppError =>
  new AppError('not-found', `There is no document ${id}. GET /v1/documents lists them.`, { param: 'id' });

/** What a browser may show in place. Everything else is saved, so that no uploaded page runs in our name. */
const shownInPlace: Readonly<Record<string, string>> = {
  'application/pdf': 'application/pdf',
  'text/plain': 'text/plain',
  'text/markdown': 'text/plain',
};

function contentHeaders(document: DocumentView, bytes: number, version: string): Record<string, string> {
  const shownAs = shownInPlace[document.mediaType];
  const name = fileName(document.source);
  const ascii = name.replace(/[^\w.-]+/gu, '_');
  return {
    'content-type': shownAs ?? 'application/octet-stream',
    'content-length': String(bytes),
    'content-disposition': `${shownAs === undefined ? 'attachment' : 'inline'}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    'x-content-type-options': 'nosniff',
    // A sandboxed PDF is refused by the viewers of browsers; nothing in it can run in our name.
    'content-security-policy':
      shownAs === 'application/pdf'
        ? "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"
        : "sandbox; default-src 'none'",
    'cache-control': 'private, no-cache',
    etag: `"${version}"`,
  };
}

/** `/v1/documents` and `/v1/collections`. Every route sees the documents of its principal's tenant and no others. */
export function documentRoutes(services: DocumentServices): readonly Route<DocumentScope>[] {
  const { catalogue, blobs, index } = services;

  const find = async ({ params, scope }: Context): Promise<DocumentView> => {
    const id = params['id'] ?? '';
    const document = await catalogue.get(scope.principal.tenant, id);
    if (!document) throw unknown(id);
    return document;
  };

  return [
    {
      method: 'GET',
      path: '/v1/documents',
      handle: async (_request, { scope, url }) => {
        const named = url.searchParams.get('collection');
        const collection = named === null ? undefined : checkCollection(named);
        const data = [...(await catalogue.list(scope.principal.tenant, collection))];
        return HttpResponse.json({ object: 'list', data } satisfies DocumentList);
      },
    },
    {
      method: 'POST',
      path: '/v1/documents',
      handle: async (request, { scope, url }) => {
        const data = await receiveDocuments(services, scope.principal.tenant, request, url.searchParams);
        // Also for work that was queued before and whose worker may have died.
        if (data.some(({ state }) => state === 'queued' || state === 'ingesting')) services.notifyWork();
        return HttpResponse.json({ object: 'list', data: [...data] } satisfies DocumentList, { status: 202 });
      },
    },
    {
      method: 'GET',
      path: '/v1/documents/:id',
      handle: async (_request, context) => HttpResponse.json(await find(context)),
    },
    {
      method: 'DELETE',
      path: '/v1/documents/:id',
      handle: async (_request, { params, scope }) => {
        const id = params['id'] ?? '';
        if (!(await removeDocument(services, scope.principal.tenant, id))) throw unknown(id);
        services.notifyWork();
        return HttpResponse.json({ id, object: 'document', deleted: true });
      },
    },
    {
      method: 'GET',
      path: '/v1/documents/:id/text',
      handle: async (_request, context) => {
        const { id, collection, source, state } = await find(context);
        const found = await index.text({ tenant: context.scope.principal.tenant, collection }, id);
        if (!found)
          throw new AppError('not-found', `${source} has no searchable text yet: it is ${state}.`, {
            param: 'id',
          });
        return HttpResponse.json({ id, ...found } satisfies DocumentText);
      },
    },
    {
      method: 'GET',
      path: '/v1/documents/:id/content',
      handle: async (request, context) => {
        const document = await find(context);
        const version = await catalogue.contentVersion(context.scope.principal.tenant, document.id);
        if (version === null) throw unknown(document.id);
        const { bytes, body } = await blobs.stream(version);
        const headers = contentHeaders(document, bytes, version);
        if (request.method !== 'HEAD') return new HttpResponse(body, { headers });
        await body.cancel();
        return new HttpResponse(null, { headers });
      },
    },
    {
      method: 'GET',
      path: '/v1/collections',
      handle: async (_request, { scope }) => {
        const data = [...(await catalogue.collections(scope.principal.tenant))];
        return HttpResponse.json({ object: 'list', data } satisfies CollectionList);
      },
    },
  ];
}
