import type { SASLOptions } from 'kafkajs';
import { tlsOptions } from '../net/tls-options.ts';
import type { TlsParameters } from '../net/tls-parameters.ts';

/** How the brokers let us in. */
export type KafkaLogin =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | { readonly kind: 'oauthbearer'; readonly token: () => Promise<string> };

export interface KafkaPlace {
  readonly brokers: readonly string[];
  readonly login: KafkaLogin;
  readonly tls: TlsParameters | null;
  readonly timeoutMs: number;
}

/** Partition number -> offset. */
export type Offsets = ReadonlyMap<number, number>;

/** What a lag is made of. */
export interface KafkaReader extends AsyncDisposable {
  /** Partitions of each topic. @throws Error for a topic that does not exist. */
  partitions(topics: readonly string[]): Promise<ReadonlyMap<string, readonly number[]>>;
  /** Ends of the logs of a topic. */
  ends(topic: string): Promise<Offsets>;
  /** Committed offsets of a group, -1 where there is none; of all topics it has committed to when none are named. */
  committed(group: string, topics: readonly string[] | null): Promise<ReadonlyMap<string, Offsets>>;
}

/** Connects and signs in. */
export async function openKafka({ brokers, login, timeoutMs, tls }: KafkaPlace): Promise<KafkaReader> {
  // The default export: in a bundle the names of a CommonJS module are found there only.
  const { default: kafkajs } = await import('kafkajs');
  const kafka = new kafkajs.Kafka({
    clientId: 'sluice',
    brokers: [...brokers],
    ssl: tls ? tlsOptions(tls) : false,
    ...(login.kind === 'none' ? {} : { sasl: saslOf(login) }),
    connectionTimeout: timeoutMs,
    authenticationTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    // Whoever reads triggers decides about a second try; one covers a group coordinator that has just moved.
    retry: { retries: 1, initialRetryTime: 50 },
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    // Brokers tell anybody which messages they know: a first answer that means something.
    await admin.describeCluster();
  } catch (error) {
    await admin.disconnect();
    throw error;
  }
  return {
    partitions: async (topics) => {
      const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
      return new Map(
        metadata.topics.map(({ name, partitions }) => [
          name,
          partitions.map(({ partitionId }) => partitionId).toSorted((a, b) => a - b),
        ]),
      );
    },
    ends: async (topic) => {
      const offsets = await admin.fetchTopicOffsets(topic);
      return new Map(offsets.map(({ high, partition }) => [partition, Number(high)]));
    },
    committed: async (groupId, topics) => {
      const answer = await admin.fetchOffsets({ groupId, ...(topics ? { topics: [...topics] } : {}) });
      return new Map(
        answer.map(({ partitions, topic }) => [
          topic,
          new Map(partitions.map(({ offset, partition }) => [partition, Number(offset)])),
        ]),
      );
    },
    [Symbol.asyncDispose]: () => admin.disconnect(),
  };
}

function saslOf(login: Exclude<KafkaLogin, { kind: 'none' }>): SASLOptions {
  if (login.kind === 'oauthbearer') {
    const { token } = login;
    return { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await token() }) };
  }
  const { kind, password, username } = login;
  return { mechanism: kind, username, password };
}
