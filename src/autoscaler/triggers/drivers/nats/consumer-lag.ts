import * as z from 'zod';
import { AppError } from '../../../../contract/app-error.ts';

const consumerSchema = z.object({
  name: z.string(),
  num_pending: z.number().nullish(),
  num_ack_pending: z.number().nullish(),
  cluster: z.object({ leader: z.string().nullish() }).nullish(),
});
const answerSchema = z.object({
  account_details: z
    .array(
      z.object({
        name: z.string().nullish(),
        id: z.string().nullish(),
        stream_detail: z
          .array(z.object({ name: z.string(), consumer_detail: z.array(consumerSchema).nullish() }))
          .nullish(),
      }),
    )
    .nullish(),
  meta_cluster: z.object({ cluster_size: z.number().nullish() }).nullish(),
});

export interface ConsumerPlace {
  /** Name or id of the account. */
  readonly account: string;
  readonly stream: string;
  readonly consumer: string;
}

/** What one server says about a consumer. */
export interface ConsumerLag {
  /** Not delivered yet, plus delivered and not acknowledged. */
  readonly lag: number;
  /** Server name of the consumer's leader; empty where it has none. */
  readonly leader: string;
}

export interface JetStreamReport {
  /** How many servers the cluster has; 0 alone. */
  readonly clusterSize: number;
  /** Throws what is missing. @throws AppError `upstream-failed` */
  readonly consumer: () => ConsumerLag;
}

/** Reads an answer of `/jsz`. */
export function readJetStream(answer: unknown, place: ConsumerPlace): JetStreamReport {
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) {
    throw new AppError('upstream-failed', 'The answer is not that of the monitor of a NATS server (/jsz).');
  }
  const { account, consumer, stream } = place;
  return {
    clusterSize: parsed.data.meta_cluster?.cluster_size ?? 0,
    consumer: () => {
      const accounts = parsed.data.account_details ?? [];
      const home = accounts.find(({ id, name }) => name === account || id === account);
      if (!home) throw missing(`account ${account}`);
      const found = home.stream_detail?.find(({ name }) => name === stream);
      if (!found) throw missing(`stream ${stream} of account ${account}`);
      const detail = found.consumer_detail?.find(({ name }) => name === consumer);
      if (!detail) throw missing(`consumer ${consumer} of stream ${stream}`);
      return {
        lag: (detail.num_pending ?? 0) + (detail.num_ack_pending ?? 0),
        leader: detail.cluster?.leader ?? '',
      };
    },
  };
}

const missing = (what: string): AppError =>
  new AppError('upstream-failed', `The NATS server knows no ${what}.`);
