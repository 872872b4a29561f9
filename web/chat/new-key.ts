/** A name that nobody else uses. Not `randomUUID`: pages without TLS do not have it. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
