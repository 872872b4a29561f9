import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Certificates } from './certificates.ts';
import { listenLocally } from './listen-locally.ts';
import { createScramServer, type ScramServer } from './scram-server.ts';

/** How clients of the stub sign in. */
export interface KafkaUser {
  readonly name: string;
  readonly password: string;
  /** Accepted of OAUTHBEARER. */
  readonly token: string;
}

/**
 * No broker: what a lag is made of, over TLS and behind SASL, in one old version of each message. One topic `orders` with
 * two partitions, of which the group `workers` has committed the first.
 *
 * @see https://kafka.apache.org/protocol
 */
export interface KafkaStub extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly broker: string;
  /** Mechanisms by which somebody has signed in. */
  readonly signedIn: string[];
}

const ends = [30, 5];
const committed = [10, 5];
const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'];

/** Reads big-endian values one after another. */
function reader(bytes: Buffer) {
  let at = 0;
  const take = (count: number): Buffer => bytes.subarray(at, (at += count));
  const int16 = (): number => take(2).readInt16BE();
  const int32 = (): number => take(4).readInt32BE();
  return {
    int16,
    int32,
    skip: take,
    text: (): string => take(Math.max(int16(), 0)).toString(),
    bytes: (): Buffer => take(Math.max(int32(), 0)),
    array: <T>(one: () => T): readonly T[] => Array.from({ length: Math.max(int32(), 0) }, one),
  };
}
type Reader = ReturnType<typeof reader>;

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const int64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(value));
  return bytes;
};
const text = (value: string | null): Buffer =>
  value === null ? int16(-1) : Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
const array = (items: readonly Buffer[]): Buffer => Buffer.concat([int32(items.length), ...items]);
const all = (...parts: readonly Buffer[]): Buffer => Buffer.concat(parts);

interface Session {
  mechanism: string;
  scram: ScramServer | null;
  isSignedIn: boolean;
}

/** The bytes that answer a step of signing in; null when it is refused. */
function authenticate(session: Session, user: KafkaUser, message: Buffer): string | null {
  const words = message.toString();
  const done = (isRight: boolean, answer = ''): string | null => {
    session.isSignedIn = isRight;
    return isRight ? answer : null;
  };
  if (session.mechanism === 'PLAIN') {
    const [, name, password] = words.split('\0');
    return done(name === user.name && password === user.password);
  }
  if (session.mechanism === 'OAUTHBEARER') return done(words.includes(`auth=Bearer ${user.token}\x01`));
  if (session.scram === null) {
    session.scram = createScramServer(
      session.mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512',
      user.password,
    );
    return session.scram.first(words);
  }
  const final = session.scram.final(words);
  return done(final !== null, final ?? '');
}

const partitions = (one: (partition: number) => Buffer): Buffer =>
  array([all(text('orders'), array([one(0), one(1)]))]);

/** Body of an answer, by the number of the request; what is not here is not asked. */
const answers: Readonly<
  Record<number, (asked: Reader, place: { readonly port: number }, version: number) => Buffer>
> = {
  // ListOffsets 1: the first partition asked for says whether beginnings or ends are wanted.
  2: (asked) => {
    asked.int32();
    const [wanted] = asked.array(() => {
      asked.text();
      return asked.array(() => {
        asked.int32();
        return asked.skip(8).readBigInt64BE();
      });
    });
    const isEnd = wanted?.[0] === -1n;
    return partitions((partition) =>
      all(int32(partition), int16(0), int64(-1), int64(isEnd ? (ends[partition] ?? 0) : 0)),
    );
  },
  // Metadata 1.
  3: (_asked, { port }) =>
    all(
      array([all(int32(1), text('127.0.0.1'), int32(port), text(null))]),
      int32(1),
      array([
        all(
          int16(0),
          text('orders'),
          Buffer.alloc(1),
          array([0, 1].map((id) => all(int16(0), int32(id), int32(1), array([int32(1)]), array([int32(1)])))),
        ),
      ]),
    ),
  // OffsetFetch 1.
  9: () =>
    partitions((partition) => all(int32(partition), int64(committed[partition] ?? -1), text(''), int16(0))),
  // FindCoordinator 0.
  10: (_asked, { port }) => all(int16(0), int32(1), text('127.0.0.1'), int32(port)),
  // ApiVersions 0 to 2.
  18: (_asked, _place, version) =>
    all(
      int16(0),
      array(
        [
          [2, 1],
          [3, 1],
          [9, 1],
          [10, 0],
          [17, 1],
          [18, 2],
          [36, 0],
        ].map(([key = 0, max = 0]) => all(int16(key), int16(0), int16(max))),
      ),
      version > 0 ? int32(0) : Buffer.alloc(0),
    ),
};

export async function startKafkaStub(certificates: Certificates, user: KafkaUser): Promise<KafkaStub> {
  const signedIn: string[] = [];
  const sockets = new Set<Socket>();

  const answer = (session: Session, message: Buffer): Buffer | null => {
    const asked = reader(message);
    const [key, version, correlation] = [asked.int16(), asked.int16(), asked.int32()];
    // The client's name.
    asked.text();
    const whole = (body: Buffer): Buffer => {
      const head = all(int32(correlation), body);
      return all(int32(head.length), head);
    };
    if (key === 17) {
      session.mechanism = asked.text();
      const isKnown = mechanisms.includes(session.mechanism);
      return whole(all(int16(isKnown ? 0 : 33), array(mechanisms.map(text))));
    }
    if (key === 36) {
      const given = authenticate(session, user, asked.bytes());
      if (session.isSignedIn) signedIn.push(session.mechanism);
      // 58: SASL_AUTHENTICATION_FAILED.
      const refusal = given === null ? 'Authentication failed: Invalid username or password' : null;
      const bytes = Buffer.from(given ?? '');
      return whole(all(int16(given === null ? 58 : 0), text(refusal), int32(bytes.length), bytes));
    }
    // Whoever has not signed in may ask for nothing but the versions.
    const isAllowed = key === 18 || session.isSignedIn;
    const body = isAllowed ? answers[key]?.(asked, { port }, version) : undefined;
    return body ? whole(body) : null;
  };

  const { cert, key } = certificates.server;
  const server = createServer({ cert, key, ca: certificates.ca, requestCert: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    const session: Session = { mechanism: '', scram: null, isSignedIn: false };
    let held: Buffer = Buffer.alloc(0);
    socket.on('data', (piece: Buffer) => {
      held = Buffer.concat([held, piece]);
      while (held.length >= 4 && held.length >= 4 + held.readInt32BE()) {
        const length = held.readInt32BE();
        const sent = answer(session, held.subarray(4, 4 + length));
        held = held.subarray(4 + length);
        if (sent) socket.write(sent);
        else socket.destroy();
      }
    });
  });
  const port = await listenLocally(server);
  return {
    broker: `127.0.0.1:${port}`,
    signedIn,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
