const degree = Math.PI / 180;

/** Functions of one number, applied to every sample. */
export const numberFunctions: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  ceil: Math.ceil,
  floor: Math.floor,
  exp: Math.exp,
  sqrt: Math.sqrt,
  ln: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  sgn: Math.sign,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  deg: (value) => value / degree,
  rad: (value) => value * degree,
};

// As in IEEE 754's older maximum: an infinity that decides the answer wins over NaN.
export const greater = (a: number, b: number): number =>
  a === Infinity || b === Infinity ? Infinity : Math.max(a, b);
export const lesser = (a: number, b: number): number =>
  a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b);

/** To the nearest multiple of `nearest`, halves upwards. Multiplied by the inverse, so that 0.1 rounds without residue. */
export function roundTo(value: number, nearest: number): number {
  const inverse = 1 / nearest;
  return Math.floor(value * inverse + 0.5) / inverse;
}
