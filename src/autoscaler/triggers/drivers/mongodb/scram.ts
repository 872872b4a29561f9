import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { AppError } from '../../../../contract/app-error.ts';

const derive = promisify(pbkdf2);

export interface ScramUser {
  readonly mechanism: 'SCRAM-SHA-1' | 'SCRAM-SHA-256';
  readonly username: string;
  readonly password: string;
}

/** One exchange: what is sent first, what is sent upon the server's word, and whether its last word is true. */
export interface ScramExchange {
  readonly first: string;
  final(serverFirst: string): Promise<string>;
  /** @throws AppError `unauthenticated` when the server does not know the password either. */
  verify(serverFinal: string): void;
}

const lowestIterations = 4096;
const highestIterations = 10_000_000;

/** @see https://www.rfc-editor.org/rfc/rfc5802 */
export function createScram(
  { mechanism, password, username }: ScramUser,
  nonce: string = randomBytes(24).toString('base64'),
): ScramExchange {
  const algorithm = mechanism === 'SCRAM-SHA-1' ? 'sha1' : 'sha256';
  const hmac = (key: Buffer, text: string): Buffer => createHmac(algorithm, key).update(text).digest();
  // MongoDB's older mechanism takes a digest of the password for the password.
  const secret =
    algorithm === 'sha1'
      ? createHash('md5').update(`${username}:mongo:${password}`).digest('hex')
      : password.normalize('NFKC');
  const bare = `n=${username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  let expected: Buffer = Buffer.alloc(0);

  return {
    first: `n,,${bare}`,
    final: async (serverFirst) => {
      const { i = '', r = '', s = '' } = attributes(serverFirst);
      const iterations = Number(i);
      if (
        !r.startsWith(nonce) ||
        r === nonce ||
        !(iterations >= lowestIterations && iterations <= highestIterations)
      ) {
        throw new AppError('upstream-failed', 'The server answered a sign-in that was not ours.');
      }
      const length = algorithm === 'sha1' ? 20 : 32;
      const salted = await derive(secret, Buffer.from(s, 'base64'), iterations, length, algorithm);
      const withoutProof = `c=biws,r=${r}`;
      const message = `${bare},${serverFirst},${withoutProof}`;
      const clientKey = hmac(salted, 'Client Key');
      const signature = hmac(createHash(algorithm).update(clientKey).digest(), message);
      expected = hmac(hmac(salted, 'Server Key'), message);
      const proof = Buffer.from(clientKey.map((byte, index) => byte ^ (signature[index] ?? 0)));
      return `${withoutProof},p=${proof.toString('base64')}`;
    },
    verify: (serverFinal) => {
      const given = Buffer.from(attributes(serverFinal)['v'] ?? '', 'base64');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw new AppError(
          'unauthenticated',
          'The server does not know the password: it may be another one.',
        );
      }
    },
  };
}

const attributes = (text: string): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
