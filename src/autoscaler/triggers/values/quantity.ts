const suffixes: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * A Kubernetes quantity as a number; null when it is none.
 *
 * @example parseQuantity('1k') // 1000
 * @example parseQuantity('500m') // 0.5
 */
export function parseQuantity(text: string): number | null {
  const [, number, suffix = '', exponent] =
    /^([-+]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([-+]?\d+))?$/.exec(text) ?? [];
  if (number === undefined) return null;
  // Written as one literal, so that 1e-3 is the nearest number to a thousandth.
  return exponent === undefined ? Number(number) * (suffixes[suffix] ?? 1) : Number(`${number}e${exponent}`);
}
