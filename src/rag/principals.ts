import type { HttpRequest } from '../platform/http-message.ts';
import { AppError } from '../contract/app-error.ts';
import { localPrincipal, type Principal } from '../contract/principal.ts';

/** A key that may ask; only its hash is known. */
export interface ApiKeyEntry extends Principal {
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/**
 * On whose behalf a request comes. Without configured keys everybody is the local anonymous principal; with keys
 * `Authorization: Bearer <key>` names one. All keys are compared in constant time, so that none can be guessed by parts.
 *
 * @throws AppError `unauthenticated` when the key is missing or unknown.
 */
export function createPrincipals(apiKeys: readonly ApiKeyEntry[]): (request: HttpRequest) => Principal {
  if (apiKeys.length === 0) return () => localPrincipal;
  // Not imported at the top: the module form of node:crypto loads WebCrypto, and without keys nothing of it is needed.
  const { createHash, timingSafeEqual } = process.getBuiltinModule('node:crypto');
  const known = apiKeys.map(({ sha256, tenant, subject }) => ({
    hash: Buffer.from(sha256, 'hex'),
    principal: { tenant, subject },
  }));
  return (request) => {
    const key = /^Bearer\s+(\S+)$/iu.exec(request.headers.get('authorization') ?? '')?.[1];
    if (key === undefined)
      throw new AppError(
        'unauthenticated',
        'This server needs an API key: send it as "Authorization: Bearer <key>".',
      );
    const hash = createHash('sha256').update(key).digest();
    let found: Principal | null = null;
    for (const entry of known) {
      if (entry.hash.length === hash.length && timingSafeEqual(entry.hash, hash)) found = entry.principal;
    }
    if (!found)
      throw new AppError(
        'unauthenticated',
        'The API key is not known here. Check it, or ask the operator for one (apiKeys).',
      );
    return found;
  };
}
