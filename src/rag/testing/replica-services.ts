import type { Passage } from '../../contract/passage.ts';
import { localPrincipal, type Principal } from '../../contract/principal.ts';
import { systemClock } from '../../platform/clock.ts';
import { silentLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import { createMemoryConversations } from '../conversation/drivers/memory.ts';
import { createExtractiveWriter } from '../generation/drivers/extractive.ts';
import type { ReplicaServices } from '../http.ts';

const texts = [
  'The north lock was built in 1931 by Anna Keller. Its gates weigh 12 tonnes each. A passage costs 8 EUR.',
  '北闸始建于1931年，由安娜设计。每次过闸收费八欧元。闸门每扇重十二吨。',
];

/** Two passages about a lock, one in English and one in Chinese: all that the services for tests retrieve. */
export const lockPassages: readonly Passage[] = texts.map((text, index) => ({
  id: `p${index}`,
  documentId: `d${index}`,
  documentVersion: 'v',
  collection: 'default',
  source: `lock-${index}.md`,
  title: 'The north lock',
  headingPath: [],
  text,
  start: 0,
  end: text.length,
  page: index + 1,
  boxes: [],
  score: 1 - index / 10,
}));

/** Real parts of a replica round a fixed retrieval, for tests: conversations in memory, extractive answers. */
export function replicaServices(more: Partial<ReplicaServices> = {}): ReplicaServices {
  let ids = 0;
  return {
    store: createMemoryConversations(),
    clock: systemClock,
    logger: silentLogger,
    metrics: createMetrics(),
    replicaId: 'r1',
    modelName: 'sluice',
    defaultCollection: 'default',
    newId: () => `id-${(ids += 1)}`,
    notReady: () => null,
    principalOf: (): Principal => localPrincipal,
    writer: async () =>
      createExtractiveWriter({ termStatistics: async () => ({ chunks: 40, frequency: new Map() }) }),
    retrieve: async ({ topK }) => ({ generation: 3, passages: lockPassages.slice(0, topK), tookMs: 1 }),
    standaloneQuery: (turns) => ({
      text: turns.at(-1) ?? '',
      parts: turns.map((text) => ({ text, weight: 1 })),
    }),
    rewrite: null,
    documentRoutes: async () => [],
    ...more,
  };
}
