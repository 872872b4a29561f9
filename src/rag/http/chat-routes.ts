import { HttpResponse, type HttpRequest } from '../../platform/http-message.ts';
import { AppError } from '../../contract/app-error.ts';
import type { Route, RouteContext } from '../../platform/http-router.ts';
import type { Logger } from '../../platform/logger.ts';
import { answer } from '../answer.ts';
import type { AnswerRequest, AnswerServices } from '../answer-services.ts';
import { toChunks, toCompletion, type CompletionHead } from './completion.ts';
import { eventStream } from './event-stream.ts';
import { checkedChatRequest } from './checked-chat-request.ts';
import { readJson } from './read-json.ts';
import { readQuestion } from './read-question.ts';
import type { ReplicaScope } from './replica-scope.ts';

export interface ChatServices extends AnswerServices {
  readonly logger: Logger;
  /** Name told as `model` of answers. */
  readonly modelName: string;
  /** Answers are from this collection unless the request names one. */
  readonly defaultCollection: string;
  readonly onAnswer: (outcome: 'answered' | 'failed' | 'abandoned', tookMs: number) => void;
}

type Context = RouteContext<ReplicaScope>;

/** Characters of an Idempotency-Key at most. */
const maxKey = 255;

function idempotencyKey(request: HttpRequest): string | null {
  const key = request.headers.get('idempotency-key');
  if (key !== null && key.length > maxKey)
    throw new AppError(
      'invalid-argument',
      `Idempotency-Key: expected at most ${maxKey} characters, received ${key.length}.`,
      { param: 'Idempotency-Key' },
    );
  return key;
}

/** `POST /v1/chat/completions` as OpenAI has it, and the retry of a turn, which answers in the same form. */
export function chatRoutes(services: ChatServices): readonly Route<ReplicaScope>[] {
  const { clock, logger, onAnswer } = services;

  const respond = async (
    request: AnswerRequest,
    context: Context,
    stream: boolean,
    includeUsage: boolean,
  ): Promise<HttpResponse> => {
    const startedMs = clock.monotonic();
    const head: CompletionHead = {
      id: `chatcmpl-${context.requestId}`,
      created: Math.floor(clock.now() / 1000),
      model: services.modelName,
      origin: context.url.origin,
    };
    const hungUp = new AbortController();
    const parts = answer(services, request, AbortSignal.any([context.signal, hungUp.signal]));
    const ended = (error: unknown): void => {
      const outcome =
        error === null ? 'answered' : AppError.from(error).code === 'cancelled' ? 'abandoned' : 'failed';
      onAnswer(outcome, clock.monotonic() - startedMs);
      if (outcome === 'failed') logger.error({ event: 'answer-failed', requestId: context.requestId, error });
    };
    if (!stream) {
      try {
        const completion = await toCompletion(parts, head);
        ended(null);
        return HttpResponse.json(completion);
      } catch (error) {
        ended(error);
        throw error;
      }
    }
    const told = async function* (): AsyncGenerator {
      yield* toChunks(parts, head, includeUsage);
      ended(null);
    };
    return eventStream(told(), {
      clock,
      headers: {},
      onError: ended,
      onCancel: () => {
        const reason = new AppError('cancelled', 'The client hung up.');
        ended(reason);
        hungUp.abort(reason);
      },
    });
  };

  return [
    {
      method: 'POST',
      path: '/v1/chat/completions',
      handle: async (request, context) => {
        const body = await checkedChatRequest(await readJson(request));
        const { question, history } = readQuestion(body);
        const asked = {
          kind: 'question',
          question,
          conversationId: body.conversation_id ?? null,
          collection: body.collection ?? services.defaultCollection,
          idempotencyKey: idempotencyKey(request),
        } as const;
        const { principal } = context.scope;
        // A stored conversation carries its own dialogue.
        const clientHistory = asked.conversationId === null ? history : [];
        return respond(
          { principal, asked, clientHistory },
          context,
          body.stream ?? false,
          body.stream_options?.include_usage ?? false,
        );
      },
    },
    {
      method: 'POST',
      path: '/v1/conversations/:id/turns/:turnId/retry',
      handle: async (_request, context) => {
        const asked = {
          kind: 'retry',
          conversationId: context.params['id'] ?? '',
          turnId: context.params['turnId'] ?? '',
        } as const;
        return respond(
          { principal: context.scope.principal, asked, clientHistory: [] },
          context,
          true,
          false,
        );
      },
    },
    {
      method: 'GET',
      path: '/v1/models',
      handle: () =>
        HttpResponse.json({
          object: 'list',
          data: [{ id: services.modelName, object: 'model', created: 0, owned_by: 'sluice' }],
        }),
    },
  ];
}
