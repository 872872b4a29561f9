/** As deep as the log follows causes. */
const maxDepth = 5;

type Secrets = readonly (string | null | undefined)[];

/**
 * A text of somebody else's that may be shown: secrets are taken out wherever they stand, as they are or escaped for
 * URLs, forms and JSON, and so is whatever looks like `user:password@`.
 */
export function withoutSecrets(text: string, secrets: Secrets = []): string {
  let safe = text;
  const forms = new Set(secrets.flatMap((secret) => (secret ? formsOf(secret) : [])));
  // Longest first: a secret may be part of another.
  for (const form of [...forms].toSorted((a, b) => b.length - a.length)) safe = safe.replaceAll(form, '***');
  return safe.replace(/([^ /:"'(]+):([^/:\s]+)@/g, 'user:password@');
}

/** As a server may repeat it that was told it: JSON may itself stand in JSON. */
function formsOf(secret: string): readonly string[] {
  const written = [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
  ];
  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
  return written.flatMap((text) => [text, inJson(text), inJson(inJson(text))]);
}

/**
 * An error that may be logged as the cause of another: names, codes and causes are kept, its words as `withoutSecrets`
 * leaves them, its stack is not.
 *
 * @param depth of the error among its causes.
 */
export function errorWithoutSecrets(error: unknown, secrets: Secrets, depth = 0): Error {
  if (!(error instanceof Error)) return new Error(withoutSecrets(String(error), secrets));
  const { cause, message, name } = error;
  const hasCause = cause !== undefined && depth < maxDepth;
  const safe = new Error(
    withoutSecrets(message, secrets),
    hasCause ? { cause: errorWithoutSecrets(cause, secrets, depth + 1) } : undefined,
  );
  return Object.assign(safe, { name }, 'code' in error ? { code: error.code } : {});
}

/** Why something failed, in a few words, fit to be shown. */
export function reasonOf(error: unknown, secrets: Secrets = []): string {
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
