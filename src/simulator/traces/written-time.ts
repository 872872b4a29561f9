/**
 * A time as traces write it: seconds, or milliseconds since the epoch when it is too large for seconds, or ISO 8601.
 *
 * @returns milliseconds, or null.
 */
export function writtenTime(text: string): number | null {
  const trimmed = text.trim();
  if (/^-?\d+(?:\.\d+)?$/.test(trimmed)) {
    const value = Number(trimmed);
    // Seconds of the year 5138, milliseconds of 1973.
    return Math.abs(value) >= 1e11 ? value : value * 1000;
  }
  if (!/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[-+]\d{2}:?\d{2})?)?$/.test(trimmed)) {
    return null;
  }
  const hasZone = /(?:Z|[-+]\d{2}:?\d{2})$/.test(trimmed.slice(10));
  const iso = `${trimmed.replace(' ', 'T')}${trimmed.length > 10 && !hasZone ? 'Z' : ''}`;
  // oxlint-disable-next-line no-restricted-globals -- reads a written time, asks for none
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? null : ms;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `10/Oct/2025:13:55:36 +0200` as milliseconds since the epoch, or null. */
export function accessLogTime(text: string): number | null {
  const found = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([-+])(\d{2})(\d{2})$/.exec(text);
  if (found === null) return null;
  const [, day, monthName = '', year, hour, minute, second, sign, zoneHours, zoneMinutes] = found;
  const month = months.indexOf(monthName);
  if (month < 0) return null;
  // oxlint-disable-next-line no-restricted-globals -- reads a written time, asks for none
  const local = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  const offsetMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return sign === '-' ? local + offsetMs : local - offsetMs;
}
