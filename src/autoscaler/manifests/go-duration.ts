const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Go's `time.ParseDuration`, in milliseconds; null when it is none. */
export function parseGoDuration(text: string): number | null {
  const [, sign = '', body = ''] = /^([-+]?)(.*)$/.exec(text) ?? [];
  if (body === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.test(body)) return null;
  let totalMs = 0;
  for (const [, number, unit = ''] of body.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    totalMs += Number(number) * (unitMs[unit] ?? 0);
  }
  return sign === '-' ? -totalMs : totalMs;
}

/** The same where only a length above 0 counts as written; null for anything else. */
export function positiveGoDuration(text: string | null | undefined): number | null {
  const ms = parseGoDuration(text ?? '') ?? 0;
  return ms > 0 ? ms : null;
}
