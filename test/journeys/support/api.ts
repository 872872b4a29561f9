import assert from 'node:assert/strict';
import * as z from 'zod';
import { ChatCompletion } from '../../../src/contract/chat.ts';
import { ConversationDetail } from '../../../src/contract/conversation.ts';
import { DocumentList, DocumentText, DocumentView } from '../../../src/contract/document.ts';
import { ScalingStatus, type TargetStatus } from '../../../src/contract/scaling.ts';
import { SearchResponse } from '../../../src/contract/search.ts';
import { eventually } from '../../support/sluice-process.ts';

const Received = z.object({ data: z.array(DocumentView.extend({ outcome: z.string() })) });

async function read<T>(schema: z.ZodType<T>, response: Response): Promise<T> {
  const text = await response.text();
  assert.ok(response.ok, `${response.url} answered ${response.status}: ${text}`);
  return schema.parse(JSON.parse(text));
}

/** The API of a running Sluice as a test asks it: every answer is checked against the contract. */
export interface Api {
  /** A completion and the headers it came with. */
  ask(
    question: string,
    conversationId?: string,
  ): Promise<{ readonly completion: ChatCompletion; readonly text: string; readonly headers: Headers }>;
  search(query: string): Promise<SearchResponse>;
  documents(): Promise<readonly DocumentView[]>;
  documentText(id: string): Promise<DocumentText>;
  upload(source: string, body: string | Uint8Array<ArrayBuffer>): Promise<DocumentView>;
  remove(id: string): Promise<void>;
  conversation(id: string): Promise<ConversationDetail>;
  /** Waits until no document is on its way. */
  settled(count: number): Promise<readonly DocumentView[]>;
}

/** @param key sent as a bearer token. */
export function createApi(url: string, key?: string): Api {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const get = (path: string): Promise<Response> => fetch(new URL(path, url), { headers });
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(new URL(path, url), {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const documents = async (): Promise<readonly DocumentView[]> =>
    (await read(DocumentList, await get('/v1/documents'))).data;
  return {
    ask: async (question, conversationId) => {
      const response = await post('/v1/chat/completions', {
        model: 'sluice',
        messages: [{ role: 'user', content: question }],
        ...(conversationId === undefined ? {} : { conversation_id: conversationId }),
      });
      const completion = await read(ChatCompletion, response);
      return { completion, text: completion.choices[0]?.message.content ?? '', headers: response.headers };
    },
    search: async (query) => read(SearchResponse, await post('/v1/search', { query })),
    documents,
    documentText: async (id) => read(DocumentText, await get(`/v1/documents/${id}/text`)),
    upload: async (source, body) => {
      const response = await fetch(new URL(`/v1/documents?source=${encodeURIComponent(source)}`, url), {
        method: 'POST',
        headers,
        body,
      });
      const [document] = (await read(Received, response)).data;
      assert.ok(document, 'an upload answers with the document');
      return document;
    },
    remove: async (id) => {
      const response = await fetch(new URL(`/v1/documents/${id}`, url), { method: 'DELETE', headers });
      await read(z.object({ deleted: z.literal(true) }), response);
    },
    conversation: async (id) => read(ConversationDetail, await get(`/v1/conversations/${id}`)),
    settled: (count) =>
      eventually(`${count} documents to be ready or failed`, async () => {
        const all = await documents();
        const moving = all.some(({ state }) => state === 'queued' || state === 'ingesting');
        return all.length === count && !moving && all;
      }),
  };
}

/** What the autoscaler shows of one target. */
export async function targetStatus(adminUrl: string, name?: string): Promise<TargetStatus> {
  const { targets } = await read(ScalingStatus, await fetch(new URL('/scaling', adminUrl)));
  const found = name === undefined ? targets[0] : targets.find(({ target }) => target === name);
  assert.ok(found, `a target ${name ?? ''} is shown`);
  return found;
}

/** Waits for a status of the target that the test is looking for. */
export const untilStatus = (
  adminUrl: string,
  what: string,
  isIt: (status: TargetStatus) => boolean,
  name?: string,
): Promise<TargetStatus> =>
  eventually(what, async () => {
    const status = await targetStatus(adminUrl, name);
    return isIt(status) && status;
  });

/** Waits until nothing runs for the target. */
export const untilZero = (adminUrl: string, name?: string): Promise<TargetStatus> =>
  untilStatus(adminUrl, 'zero replicas', ({ replicas }) => replicas.length === 0, name);
