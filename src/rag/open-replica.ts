import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SluiceConfig } from '../contract/config.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import { createMetrics } from '../platform/metrics.ts';
import { randomId } from '../platform/random-id.ts';
import { standaloneQuery } from './conversation/standalone-query.ts';
import { createSqliteConversations } from './conversation/drivers/sqlite.ts';
import type { AnswerWriter } from './generation/answer-writer.ts';
import { chooseModel, type ModelEndpoint } from './generation/choose-model.ts';
import { createExtractiveWriter } from './generation/drivers/extractive.ts';
import type { LanguageModel } from './generation/language-model.ts';
import type { ReplicaServices } from './http.ts';
import { createSqliteIndex } from './index/drivers/sqlite.ts';
import { createPrincipals } from './principals.ts';
import { createRetriever } from './retrieval/retriever.ts';

export interface ReplicaOptions {
  readonly config: SluiceConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly replicaId: string;
  readonly notReady: () => string | null;
}

export interface OpenReplica extends AsyncDisposable {
  readonly services: ReplicaServices;
}

/** Tells `sluice up` that there is work for a worker: it watches this file. */
function touchWakeFile(path: string, nowMs: number): void {
  writeFileSync(path, '');
  utimesSync(path, nowMs / 1000, nowMs / 1000);
}

/** Opens what a replica reads and writes below its data directory, and wires it. What the first extract does not need is loaded when asked for. */
export async function openReplica(options: ReplicaOptions): Promise<OpenReplica> {
  const { config, env, clock, logger, replicaId, notReady } = options;
  const embedder =
    config.embedder.baseUrl === null
      ? null
      : await (
          await import('./embedding/configured-embedder.ts')
        ).createConfiguredEmbedder(config.embedder, clock);
  const index = createSqliteIndex({
    path: join(config.dataDir, 'knowledge.sqlite'),
    embedder: embedder?.name ?? null,
  });
  const store = createSqliteConversations({ path: join(config.dataDir, 'conversations.sqlite') });
  const retriever = createRetriever({ index, embedder, clock });
  // Opens the file: readiness promises that the first question does not wait for it.
  await index.termStatistics({ tenant: 'local', collection: 'default' }, []);

  const endpoint = chooseModel(config.model, env);
  let model: Promise<LanguageModel> | null = null;
  const openModel = (at: ModelEndpoint): Promise<LanguageModel> =>
    (model ??= import('./generation/drivers/openai-compatible.ts').then(({ createOpenAiCompatibleModel }) =>
      createOpenAiCompatibleModel({
        baseUrl: at.baseUrl,
        apiKey: at.apiKey,
        model: at.name,
        firstByteTimeoutMs: config.model.firstByteTimeoutMs,
        clock,
      }),
    ));
  const extractive = createExtractiveWriter(index);
  const writer = async (): Promise<AnswerWriter> => {
    if (!endpoint) return extractive;
    const { createModelWriter } = await import('./generation/drivers/written.ts');
    const { temperature, maxTokens } = config.model;
    return createModelWriter(await openModel(endpoint), { temperature, maxTokens });
  };

  let ingestion: AsyncDisposable | null = null;
  const services: ReplicaServices = {
    store,
    clock,
    logger,
    replicaId,
    notReady,
    writer,
    standaloneQuery,
    metrics: createMetrics(),
    newId: randomId,
    modelName: 'sluice',
    defaultCollection: config.collection,
    principalOf: createPrincipals(config.apiKeys),
    retrieve: (request) => retriever.retrieve(request),
    rewrite: endpoint
      ? async (history, question, signal) => {
          const { rewriteQuestion } = await import('./generation/rewrite-question.ts');
          return rewriteQuestion(await openModel(endpoint), history, question, signal);
        }
      : null,
    documentRoutes: async () => {
      const [{ openIngestion }, { documentRoutes }] = await Promise.all([
        import('./ingestion/open-ingestion.ts'),
        import('./ingestion/document-routes.ts'),
      ]);
      const opened = openIngestion(config.dataDir, clock);
      ingestion = opened.catalogue;
      return documentRoutes({
        ...opened,
        index,
        defaultCollection: config.collection,
        maxDocumentBytes: config.ingestion.maxDocumentBytes,
        notifyWork: () => touchWakeFile(join(config.dataDir, 'work.wake'), clock.now()),
      });
    },
  };
  return {
    services,
    [Symbol.asyncDispose]: async () => {
      await ingestion?.[Symbol.asyncDispose]();
      await (await model)?.[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await index[Symbol.asyncDispose]();
      await embedder?.[Symbol.asyncDispose]();
    },
  };
}
