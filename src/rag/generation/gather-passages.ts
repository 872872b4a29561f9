import type { Passage } from '../../contract/passage.ts';
import type { Retrieve, RetrieveRequest } from '../retrieve.ts';
import { namesAnswered } from './names-answered.ts';
import { questionParts, type QuestionPart } from './question-parts.ts';
import { rankSentences } from './rank-sentences.ts';
import { readPassages } from './read-passages.ts';

/** Passages of all searches together at most. */
const maxPassages = 12;
/** How much a name counts that stands in what answers another part: "Which lock …, and what is its rise?" */
const foundName = 0.7;

/** Names of the sentence that answers a part best, as far as the words alone tell. */
function namesFound(part: QuestionPart, passages: readonly Passage[]): string[] {
  const best = rankSentences(part, readPassages(passages.slice(0, 3)), () => 1)[0];
  return best ? namesAnswered(part, best) : [];
}

/** One from each list in turn, each passage once. */
function interleave(lists: readonly (readonly Passage[])[]): Passage[] {
  const kept = new Map<string, Passage>();
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  for (let rank = 0; rank < longest; rank += 1)
    for (const list of lists) {
      const passage = list[rank];
      if (passage && !kept.has(passage.id) && kept.size < maxPassages) kept.set(passage.id, passage);
    }
  return [...kept.values()];
}

/**
 * Passages for a question. One that asks for several things, or goes on from the turn before, is also searched for
 * part by part, by its content words alone; searches of another state of the index are left out.
 */
export async function gatherPassages(
  retrieve: Retrieve,
  request: RetrieveRequest,
  { query, question }: { readonly query: string; readonly question: string },
): Promise<Awaited<ReturnType<Retrieve>>> {
  const found = await retrieve(request);
  const parts = questionParts(query, question);
  if (parts.length === 1 && query === question) return found;
  const lists: (readonly Passage[])[] = [];
  let tookMs = found.tookMs;
  let names: string[] = [];
  for (const part of parts) {
    const words = [...part.factors].map(([text, weight]) => ({ text, weight }));
    const more = await retrieve({
      ...request,
      query: [...(part.points ? names : []).map((text) => ({ text, weight: foundName })), ...words],
    });
    tookMs += more.tookMs;
    if (more.generation !== found.generation) continue;
    lists.push(more.passages);
    if (parts.length > 1) names = namesFound(part, more.passages);
  }
  return { generation: found.generation, passages: interleave([...lists, found.passages]), tookMs };
}
