import { readFileSync } from 'node:fs';

/**
 * A random UUID, version 4, that cannot be guessed. The kernel writes one where it can (Linux): loading node:crypto for it
 * costs 7 to 15 ms of a cold start. @see https://man7.org/linux/man-pages/man4/random.4.html
 */
export function randomId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/uuid', 'latin1').trim();
  } catch {
    // Not Linux, or no /proc.
    return process.getBuiltinModule('node:crypto').randomUUID();
  }
}
