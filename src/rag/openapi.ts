import * as z from 'zod';
import { ChatCompletion, ChatCompletionChunk, ChatRequest } from '../contract/chat.ts';
import {
  ConversationDetail,
  ConversationList,
  ConversationView,
  CreateConversation,
} from '../contract/conversation.ts';
import { CollectionList, DocumentList, DocumentText, DocumentView } from '../contract/document.ts';
import { SearchRequest, SearchResponse } from '../contract/search.ts';

const ErrorAnswer = z.object({
  error: z.object({ message: z.string(), type: z.string(), code: z.string(), param: z.string().nullable() }),
});
const Deleted = z.object({ id: z.string(), object: z.string(), deleted: z.literal(true) });

const schemas = {
  ChatRequest,
  ChatCompletion,
  ChatCompletionChunk,
  ConversationView,
  ConversationDetail,
  ConversationList,
  CreateConversation,
  DocumentView,
  DocumentList,
  DocumentText,
  CollectionList,
  SearchRequest,
  SearchResponse,
  Error: ErrorAnswer,
  Deleted,
} as const;

interface Operation {
  readonly path: string;
  readonly method: 'get' | 'post' | 'delete';
  readonly summary: string;
  readonly body?: keyof typeof schemas | 'upload';
  readonly answer: keyof typeof schemas | 'text' | 'bytes' | 'status';
  readonly status?: number;
  /** The streamed form's events. */
  readonly events?: keyof typeof schemas;
  readonly query?: readonly {
    readonly name: string;
    readonly type: 'string' | 'integer';
    readonly required?: boolean;
  }[];
}

const operations: readonly Operation[] = [
  {
    path: '/v1/chat/completions',
    method: 'post',
    summary: 'Ask; compatible with OpenAI. stream: true sends chunks as server-sent events.',
    body: 'ChatRequest',
    answer: 'ChatCompletion',
    events: 'ChatCompletionChunk',
  },
  { path: '/v1/models', method: 'get', summary: 'The model that answers.', answer: 'status' },
  {
    path: '/v1/conversations',
    method: 'get',
    summary: 'Your conversations, newest change first.',
    answer: 'ConversationList',
    query: [
      { name: 'limit', type: 'integer' },
      { name: 'after', type: 'string' },
    ],
  },
  {
    path: '/v1/conversations',
    method: 'post',
    summary: 'Begin an empty conversation.',
    body: 'CreateConversation',
    answer: 'ConversationView',
    status: 201,
  },
  {
    path: '/v1/conversations/{id}',
    method: 'get',
    summary: 'A conversation with its turns.',
    answer: 'ConversationDetail',
  },
  {
    path: '/v1/conversations/{id}',
    method: 'delete',
    summary: 'Delete a conversation for good.',
    answer: 'Deleted',
  },
  {
    path: '/v1/conversations/{id}/turns/{turnId}/retry',
    method: 'post',
    summary: 'Answer a failed, abandoned or interrupted turn again; streams.',
    answer: 'ChatCompletionChunk',
    events: 'ChatCompletionChunk',
  },
  {
    path: '/v1/conversations/{id}/turns/{turnId}/trace',
    method: 'get',
    summary: 'What an answered turn was made of: passages, chosen sentences, citations, timings.',
    answer: 'status',
  },
  {
    path: '/v1/turns/{turnId}/replay',
    method: 'post',
    summary: 'Answer a turn again from its stored passages, and say whether the answer is the same.',
    answer: 'status',
  },
  {
    path: '/v1/search',
    method: 'post',
    summary: 'Passages without an answer.',
    body: 'SearchRequest',
    answer: 'SearchResponse',
  },
  {
    path: '/v1/search',
    method: 'get',
    summary: 'Passages without an answer.',
    answer: 'SearchResponse',
    query: [
      { name: 'query', type: 'string', required: true },
      { name: 'collection', type: 'string' },
      { name: 'topK', type: 'integer' },
    ],
  },
  {
    path: '/v1/documents',
    method: 'get',
    summary: 'Documents and where each stands.',
    answer: 'DocumentList',
    query: [{ name: 'collection', type: 'string' }],
  },
  {
    path: '/v1/documents',
    method: 'post',
    summary: 'Upload documents.',
    body: 'upload',
    answer: 'DocumentList',
    status: 202,
  },
  { path: '/v1/documents/{id}', method: 'get', summary: 'One document.', answer: 'DocumentView' },
  {
    path: '/v1/documents/{id}',
    method: 'delete',
    summary: 'Delete a document; it leaves search at once.',
    answer: 'Deleted',
  },
  {
    path: '/v1/documents/{id}/text',
    method: 'get',
    summary: 'The extracted text that offsets of passages point into.',
    answer: 'DocumentText',
  },
  {
    path: '/v1/documents/{id}/content',
    method: 'get',
    summary: 'The document as it was uploaded.',
    answer: 'bytes',
  },
  {
    path: '/v1/collections',
    method: 'get',
    summary: 'Collections and their sizes.',
    answer: 'CollectionList',
  },
  { path: '/healthz', method: 'get', summary: 'Alive.', answer: 'status' },
  { path: '/readyz', method: 'get', summary: 'Takes requests; 503 while not.', answer: 'status' },
  { path: '/metrics', method: 'get', summary: 'Metrics in the Prometheus text format.', answer: 'text' },
];

const reference = (name: keyof typeof schemas): object => ({
  schema: { $ref: `#/components/schemas/${name}` },
});

function contentOf({ answer, events }: Operation): object {
  if (answer === 'text') return { 'text/plain': { schema: { type: 'string' } } };
  if (answer === 'bytes')
    return { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
  return {
    'application/json': answer === 'status' ? { schema: { type: 'object' } } : reference(answer),
    ...(events ? { 'text/event-stream': reference(events) } : {}),
  };
}

function describe(operation: Operation): object {
  const { path, summary, body, query = [], status = 200 } = operation;
  const inPath = [...path.matchAll(/\{(\w+)\}/gu)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = query.map(({ name, type, required = false }) => ({
    name,
    in: 'query',
    required,
    schema: { type },
  }));
  const upload = {
    'multipart/form-data': {
      schema: {
        type: 'object',
        properties: { file: { type: 'array', items: { type: 'string', format: 'binary' } } },
      },
    },
  };
  return {
    summary,
    ...(inPath.length + inQuery.length > 0 ? { parameters: [...inPath, ...inQuery] } : {}),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: body === 'upload' ? upload : { 'application/json': reference(body) },
          },
        }
      : {}),
    responses: {
      [status]: { description: summary, content: contentOf(operation) },
      default: {
        description: 'An error; its code is one of a closed list.',
        content: { 'application/json': reference('Error') },
      },
    },
  };
}

/** The OpenAPI 3.1 document of a replica, made from the contracts. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version: '0.1.0',
      description: 'Answers from your documents, with checked citations.',
    },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([name, schema]) => [
          name,
          z.toJSONSchema(schema, {
            target: 'draft-2020-12',
            io: name.endsWith('Request') || name.startsWith('Create') ? 'input' : 'output',
          }),
        ]),
      ),
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    },
    security: [{}, { key: [] }],
  };
}
