/**
 * A text of somebody else's that may be shown: secrets are taken out wherever they stand, as they are or escaped for
 * URLs, and so is whatever looks like `user:password@`.
 */
export function withoutSecrets(text: string, secrets: readonly (string | null | undefined)[] = []): string {
  let safe = text;
  const known = secrets.filter((secret) => typeof secret === 'string' && secret !== '');
  // Longest first: a secret may be part of another.
  for (const secret of known.toSorted((a, b) => (b?.length ?? 0) - (a?.length ?? 0))) {
    for (const form of [secret ?? '', encodeURIComponent(secret ?? '')]) safe = safe.replaceAll(form, '***');
  }
  return safe.replace(/([^ /:"'(]+):([^/:\s]+)@/g, 'user:password@');
}

/** Why something failed, in a few words, fit to be shown. */
export function reasonOf(error: unknown, secrets: readonly (string | null | undefined)[] = []): string {
  return withoutSecrets(plainReason(error), secrets).slice(0, 300);
}

function plainReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  // Several addresses of one name were tried.
  if (error instanceof AggregateError && error.errors.length > 0) return plainReason(error.errors[0]);
  const inner = error.cause;
  const text = inner instanceof Error ? plainReason(inner) : error.message;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return text === '' ? code || error.name : text;
}
