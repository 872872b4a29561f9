/**
 * A decimal number written as text, with or without an exponent; null for anything else, quantities such as `1k` among
 * them.
 *
 * @example parseDecimal('1.5e3') // 1500
 */
export function parseDecimal(text: string): number | null {
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : null;
}
