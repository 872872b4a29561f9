import type { Socket } from 'node:net';
import { AppError } from '../../../../contract/app-error.ts';
import { openSocket, parseAddress } from '../net/open-socket.ts';
import type { TlsParameters } from '../net/tls-parameters.ts';
import { decodeBson, encodeBson, type BsonDocument } from './bson.ts';
import { createScram, type ScramUser } from './scram.ts';

/** One signed-in connection to a server that takes writes, or to the one that was named. */
export interface MongoClient extends AsyncDisposable {
  /** @throws AppError `upstream-failed` with the server's words. */
  command(database: string, document: BsonDocument): Promise<Readonly<Record<string, unknown>>>;
}

export interface MongoPlace {
  /** `host:port`, asked in turn until one answers. */
  readonly hosts: readonly string[];
  readonly tls: TlsParameters | null;
  /** Null: nobody signs in. */
  readonly user: { readonly username: string; readonly password: string; readonly source: string } | null;
  /** Null: the best that the server offers. */
  readonly mechanism: ScramUser['mechanism'] | null;
  /** Ask the server that was named, whatever its role. */
  readonly direct: boolean;
}

const opMsg = 2013;
const maxMessageBytes = 48_000_000;

/** @param signal ends the connecting and signing in; the connection that came of it lives on. */
export async function openMongo(place: MongoPlace, signal: AbortSignal): Promise<MongoClient> {
  let last: unknown = new AppError('invalid-argument', 'There is no host to ask.');
  for (const host of place.hosts) {
    try {
      const { client, hello } = await greet(host, place, signal);
      const primary = typeof hello['primary'] === 'string' ? hello['primary'] : null;
      const isWritable = hello['isWritablePrimary'] === true || hello['ismaster'] === true;
      if (isWritable || place.direct || primary === null || primary === host) {
        return await signIn(client, hello, place, signal);
      }
      await client[Symbol.asyncDispose]();
      const other = await greet(primary, place, signal);
      return await signIn(other.client, other.hello, place, signal);
    } catch (error) {
      if (signal.aborted || (error instanceof AppError && error.code === 'unauthenticated')) throw error;
      last = error;
    }
  }
  throw last;
}

async function greet(
  host: string,
  { tls, user }: MongoPlace,
  signal: AbortSignal,
): Promise<{ readonly client: MongoClient; readonly hello: Readonly<Record<string, unknown>> }> {
  const address = parseAddress(host, 27_017);
  if (address === null) throw new AppError('invalid-argument', `Expected host:port, received "${host}".`);
  const client = clientOf(await openSocket(address, tls, signal));
  return await closedUnlessDone(client, signal, async () => {
    const hello = await client.command('admin', {
      hello: 1,
      ...(user === null ? {} : { saslSupportedMechs: `${user.source}.${user.username}` }),
    });
    return { client, hello };
  });
}

/** A server that never answers is not waited for: the connection is closed when the step fails or is called off. */
async function closedUnlessDone<Answer>(
  client: MongoClient,
  signal: AbortSignal,
  step: () => Promise<Answer>,
): Promise<Answer> {
  const close = (): void => void client[Symbol.asyncDispose]();
  signal.addEventListener('abort', close);
  if (signal.aborted) close();
  try {
    return await step();
  } catch (error) {
    close();
    throw error;
  } finally {
    signal.removeEventListener('abort', close);
  }
}

async function signIn(
  client: MongoClient,
  hello: Readonly<Record<string, unknown>>,
  { mechanism, user }: MongoPlace,
  signal: AbortSignal,
): Promise<MongoClient> {
  if (user === null) return client;
  const offered: unknown = hello['saslSupportedMechs'];
  const best = Array.isArray(offered) && !offered.includes('SCRAM-SHA-256') ? 'SCRAM-SHA-1' : 'SCRAM-SHA-256';
  const chosen = mechanism ?? best;
  const scram = createScram({ mechanism: chosen, username: user.username, password: user.password });
  const payloadOf = (answer: Readonly<Record<string, unknown>>): string => {
    const payload = answer['payload'];
    return payload instanceof Uint8Array ? Buffer.from(payload).toString('utf8') : '';
  };
  const send = (document: BsonDocument) => client.command(user.source, document);
  return await closedUnlessDone(client, signal, async () => {
    const first = await send({ saslStart: 1, mechanism: chosen, payload: Buffer.from(scram.first) });
    const conversationId = typeof first['conversationId'] === 'number' ? first['conversationId'] : 1;
    const final = Buffer.from(await scram.final(payloadOf(first)));
    const answer = await send({ saslContinue: 1, conversationId, payload: final });
    scram.verify(payloadOf(answer));
    // Servers before 4.4 want an empty last word.
    if (answer['done'] !== true) {
      await send({ saslContinue: 1, conversationId, payload: Buffer.alloc(0) });
    }
    return client;
  });
}

function clientOf(socket: Socket): MongoClient {
  let lastId = 0;
  let buffered: Buffer = Buffer.alloc(0);
  const waiting = new Map<number, PromiseWithResolvers<Buffer>>();
  const end = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    socket.destroy();
  };
  socket.on('close', () => end(new Error('the connection was closed')));
  socket.on('data', (piece: Buffer) => {
    buffered = Buffer.concat([buffered, piece]);
    while (buffered.length >= 16) {
      const length = buffered.readInt32LE(0);
      if (length < 21 || length > maxMessageBytes || buffered.readInt32LE(12) !== opMsg) {
        end(new Error('it does not speak as MongoDB does'));
        return;
      }
      if (buffered.length < length) return;
      const message = buffered.subarray(0, length);
      buffered = buffered.subarray(length);
      const answered = waiting.get(message.readInt32LE(8));
      waiting.delete(message.readInt32LE(8));
      // Flags, then a section of kind 0: one document.
      answered?.resolve(message.subarray(21));
    }
  });

  return {
    command: async (database, document) => {
      lastId += 1;
      const body = encodeBson({ ...document, $db: database });
      const head = Buffer.alloc(21);
      head.writeInt32LE(head.length + body.length, 0);
      head.writeInt32LE(lastId, 4);
      head.writeInt32LE(opMsg, 12);
      const answered = Promise.withResolvers<Buffer>();
      waiting.set(lastId, answered);
      if (socket.destroyed) end(new Error('the connection was closed'));
      else socket.write(Buffer.concat([head, body]));
      const answer = decodeBson(await answered.promise);
      if (answer['ok'] === 1) return answer;
      const words = typeof answer['errmsg'] === 'string' ? answer['errmsg'] : 'no reason given';
      // 18: the sign-in failed. 13: signed in, but not allowed.
      const code = answer['code'] === 18 ? 'unauthenticated' : 'upstream-failed';
      throw new AppError(code, `MongoDB refused: ${words}`);
    },
    [Symbol.asyncDispose]: () => {
      end(new Error('the connection was closed'));
      return Promise.resolve();
    },
  };
}
