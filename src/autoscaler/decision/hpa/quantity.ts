/**
 * A metric value as KEDA serves it to the HPA, in thousandths: printed with three decimals, halves to even.
 * NaN, infinities and negative values become 0. 2.8666 → 2867.
 */
export function servedMilli(value: number): number {
  if (!Number.isFinite(value) || value <= 0) return 0;
  const scaled = value * 1000;
  const floor = Math.floor(scaled);
  // A number lies exactly between two thousandths only when it is an odd multiple of 1/16.
  const isTie = scaled - floor === 0.5 && Number.isInteger(value * 16);
  if (isTie) return floor % 2 === 0 ? floor : floor + 1;
  return value < 1e18 ? Math.round(Number(value.toFixed(3)) * 1000) : scaled;
}

/** Thousandths without a remainder, as KEDA cuts formula results and fallback values: 2.8666 → 2866. */
export function truncatedMilli(value: number): number {
  // 1.001 * 1000 is 1000.9999…: KEDA multiplies and cuts in floating point as well.
  return Math.trunc(value * 1000);
}

/** Replica counts are 32-bit in the HPA; a larger proposal saturates. NaN counts as 0. */
export function toInt32(value: number): number {
  if (Number.isNaN(value)) return 0;
  const whole = Math.trunc(Math.min(2_147_483_647, Math.max(-2_147_483_648, value)));
  return whole === 0 ? 0 : whole;
}
