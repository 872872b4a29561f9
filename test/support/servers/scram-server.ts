import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** The server's side of one exchange. @see https://www.rfc-editor.org/rfc/rfc5802 */
export interface ScramServer {
  /** The answer to the client's first message. */
  first(message: string): string;
  /** The answer to its second; null when the password is another. */
  final(message: string): string | null;
}

const iterations = 4096;
const salt = Buffer.from('salt');

export function createScramServer(hash: 'sha256' | 'sha512', password: string): ScramServer {
  const bytes = hash === 'sha256' ? 32 : 64;
  const salted = pbkdf2Sync(password, salt, iterations, bytes, hash);
  const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
  let clientFirst = '';
  let serverFirst = '';
  return {
    first: (message) => {
      clientFirst = message.slice('n,,'.length);
      serverFirst = `r=${clientFirst.split('r=')[1]}xyz,s=${salt.toString('base64')},i=${iterations}`;
      return serverFirst;
    },
    final: (message) => {
      const [withoutProof = '', proof = ''] = message.split(',p=');
      const signed = `${clientFirst},${serverFirst},${withoutProof}`;
      const key = hmac(salted, 'Client Key');
      const signature = hmac(createHash(hash).update(key).digest(), signed);
      const wanted = Buffer.from(key.map((byte, index) => byte ^ (signature[index] ?? 0)));
      if (proof !== wanted.toString('base64')) return null;
      return `v=${hmac(hmac(salted, 'Server Key'), signed).toString('base64')}`;
    },
  };
}
