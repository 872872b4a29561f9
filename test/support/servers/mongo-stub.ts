import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import {
  decodeBson,
  encodeBson,
  type BsonDocument,
} from '../../../src/autoscaler/triggers/drivers/mongodb/bson.ts';
import type { Certificates } from './certificates.ts';
import { listenLocally } from './listen-locally.ts';
import { createScramServer } from './scram-server.ts';

export interface MongoStub extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly asked: Record<string, unknown>[];
}

export interface MongoStubOptions {
  /** Of the user `user`. @defaultValue pencil */
  readonly password?: string;
  /** It is a secondary, and this its primary. */
  readonly primary?: string;
  /** TLS only, for clients that show a certificate of the same authority. */
  readonly certificates?: Certificates;
}

/** A server that counts `count` documents; it knows SCRAM-SHA-256 and nothing else. */
export async function startMongoStub(count: number, change: MongoStubOptions = {}): Promise<MongoStub> {
  const password = change.password ?? 'pencil';
  const asked: Record<string, unknown>[] = [];
  const sockets = new Set<Socket>();
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const scram = createScramServer('sha256', password);
    socket.on('error', () => {});
    socket.on('data', (piece: Buffer) => {
      const question = decodeBson(Buffer.from(piece.subarray(21)));
      asked.push(question);
      const answer = (document: BsonDocument): void => {
        const body = encodeBson(document);
        const head = Buffer.alloc(21);
        head.writeInt32LE(21 + body.length, 0);
        head.writeInt32LE(piece.readInt32LE(4), 8);
        head.writeInt32LE(2013, 12);
        const whole = Buffer.concat([head, body]);
        // In two pieces, as a network may.
        socket.write(whole.subarray(0, 9));
        socket.write(whole.subarray(9));
      };
      const payload =
        question['payload'] instanceof Uint8Array ? Buffer.from(question['payload']).toString() : '';
      if ('hello' in question) {
        answer({
          ok: 1,
          isWritablePrimary: change.primary === undefined,
          ...(change.primary ? { primary: change.primary } : {}),
          saslSupportedMechs: ['SCRAM-SHA-256'],
        });
      } else if ('saslStart' in question) {
        answer({ ok: 1, conversationId: 7, done: false, payload: Buffer.from(scram.first(payload)) });
      } else if ('saslContinue' in question) {
        const final = scram.final(payload);
        if (final === null) answer({ ok: 0, code: 18, errmsg: 'Authentication failed.' });
        else answer({ ok: 1, conversationId: 7, done: true, payload: Buffer.from(final) });
      } else answer({ ok: 1, cursor: { firstBatch: count === 0 ? [] : [{ _id: 1, n: count }] } });
    });
  };
  const { certificates } = change;
  const server = certificates
    ? createTlsServer(
        {
          cert: certificates.server.cert,
          key: certificates.server.key,
          ca: certificates.ca,
          requestCert: true,
        },
        serve,
      )
    : createServer(serve);
  const port = await listenLocally(server);
  return {
    host: `127.0.0.1:${port}`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
