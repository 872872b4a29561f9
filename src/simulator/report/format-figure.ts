/** 12.3 -> "12 ms", 1500 -> "1.5 s", 90000 -> "90 s", 4e6 -> "66.7 min", a day -> "24 h", a week -> "7 days". @param ms >= 0 */
export function formatWait(ms: number): string {
  if (ms === 0) return '0';
  if (ms < 1) return '<1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${trimmed(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
  if (ms < 7_200_000) return `${trimmed(ms / 60_000, 1)} min`;
  if (ms < 259_200_000) return `${trimmed(ms / 3_600_000, 1)} h`;
  return `${trimmed(ms / 86_400_000, 1)} days`;
}

/** 0.731 -> "73.1 %". */
export function formatShare(ratio: number | null): string {
  return ratio === null ? '–' : `${(ratio * 100).toFixed(1)} %`;
}

/** Three significant digits where they matter: 0.0345, 1.86, 37.0, 1240. */
export function formatAmount(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

/** 123456 -> "123,456". */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** 1 -> "1 request", 1234 -> "1,234 requests". */
export function countOf(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? '' : 's'}`;
}

const trimmed = (value: number, digits: number): string => String(Number(value.toFixed(digits)));
