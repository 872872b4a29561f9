import { AppError } from '../contract/app-error.ts';
import type { AnswerDetails } from '../contract/chat.ts';
import type { Citation, Passage } from '../contract/passage.ts';
import type { AnswerPart } from './answer-part.ts';
import type { AnswerRequest, AnswerServices } from './answer-services.ts';
import { createCitationDesk } from './citations/citation-desk.ts';
import type { TurnProgress } from './conversation/conversation-store.ts';
import { withinHistoryBudget } from './conversation/history-budget.ts';
import { keepLease, leaseMs } from './conversation/keep-lease.ts';
import { openTurn } from './conversation/open-turn.ts';
import { historyOf } from './conversation/history-of.ts';
import { standAlone } from './conversation/stand-alone.ts';
import { gatherPassages } from './generation/gather-passages.ts';
import { traceText } from './trace/trace-text.ts';
import { replayTurn } from './replay-turn.ts';

/** How many passages an answer is made from. */
const topK = 8;

/** From a question to a cited answer, step by step; whatever happens, the turn ends in a state that says so. */
export async function* answer(
  services: AnswerServices,
  { principal, asked, clientHistory }: AnswerRequest,
  signal: AbortSignal,
): AsyncGenerator<AnswerPart> {
  const { store, clock, newId } = services;

  // 1. Conversation: the question is stored before anything is done about it.
  const holder = `${services.replicaId}/${newId()}`;
  const lease = { holder, untilMs: clock.now() + leaseMs };
  const ids = { turnId: newId(), conversationId: newId() };
  const begun = await openTurn(store, principal, asked, lease, ids, clock.now());
  if (!begun.created) return yield* replayTurn(begun.turn);
  const turn = { turnId: begun.turn.id, conversationId: begun.conversation.id };
  const scope = { tenant: principal.tenant, collection: begun.conversation.collection };
  const { question } = begun.turn;

  const startMs = clock.monotonic();
  let firstTextMs: number | null = null;
  let text = '';
  let citations: readonly Citation[] = [];
  let ended = false;
  const advance = (progress: TurnProgress): Promise<void> =>
    store.advance(turn.turnId, holder, progress, clock.now());
  const finish = async (progress: TurnProgress): Promise<void> => {
    ended = true;
    await advance(progress);
  };
  using kept = keepLease(store, clock, turn.turnId, holder);
  const stop = AbortSignal.any([signal, kept.lost]);
  try {
    yield { type: 'state', state: 'received', ...turn };

    // 2. Standalone query: what the question asks for when nobody knows the dialogue.
    await advance({ state: 'retrieving' });
    yield { type: 'state', state: 'retrieving', ...turn };
    const history = [...clientHistory, ...historyOf(begun.earlier)];
    const query = await standAlone(services, history, question, stop);

    // 3. Retrieval.
    const found = await gatherPassages(
      services.retrieve,
      { scope, query: query.parts, topK, signal: stop },
      { query: query.text, question },
    );

    const retrievedMs = clock.monotonic() - startMs;

    // 4. Generation, 5. citations of every sentence, 6. the stream of parts.
    await advance({ state: 'generating', standaloneQuery: query.text });
    yield { type: 'state', state: 'generating', ...turn };
    const writer = await services.writer();
    const desk = createCitationDesk(found.passages);
    citations = desk.citations;
    const request = {
      question,
      query: query.text,
      history: withinHistoryBudget(history),
      passages: found.passages,
      scope,
    };
    for await (const part of writer.write(request, stop)) {
      stop.throwIfAborted();
      if (part.type === 'text-delta') {
        firstTextMs ??= clock.monotonic() - startMs;
        text += part.text;
        yield part;
      } else if (part.type === 'text-start') yield part;
      else if (part.type === 'claim') {
        const sentence = { text: text.slice(part.start, part.end), start: part.start, end: part.end };
        const cited = part.passages.flatMap((place): Passage[] => found.passages.slice(place, place + 1));
        for (const citation of desk.cite(sentence, cited)) yield { type: 'citation', citation };
      } else {
        const grounded = part.grounded && desk.citations.some(({ quote }) => quote !== null);
        const trace = traceText({
          ...turn,
          question,
          history: request.history,
          passages: found.passages,
          collection: scope.collection,
          standaloneQuery: query.text,
          generation: found.generation,
          writer: writer.name,
          notes: part.notes ?? null,
          answer: text,
          grounded,
          citations,
          timings: { retrievedMs, firstTextMs, answeredMs: clock.monotonic() - startMs },
        });
        await finish({ state: 'answered', answer: text, citations, grounded, trace });
        const details: AnswerDetails = {
          ...turn,
          standaloneQuery: query.text,
          generation: found.generation,
          grounded,
          citations: [...citations],
        };
        yield { type: 'done', text, finishReason: part.finishReason, usage: part.usage, details };
      }
    }
  } catch (thrown) {
    const error = AppError.from(stop.aborted ? stop.reason : thrown);
    if (!ended && !kept.lost.aborted)
      await finish({
        state: error.code === 'cancelled' ? 'abandoned' : 'failed',
        answer: text,
        citations,
        error: error.message,
      });
    throw thrown instanceof AppError ? thrown : error.code === 'internal' ? thrown : error;
  } finally {
    // The reader went away between two parts.
    if (!ended && !kept.lost.aborted) await finish({ state: 'abandoned', answer: text, citations });
  }
}
