/** A sample's value as Prometheus' API writes it: `0.5`, `1e+21`, `1e-07`, `+Inf`, `NaN`, `-0`. */
export function formatNumber(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (Object.is(value, -0)) return '-0';
  // Both languages change to exponents below 1e-6 and from 1e21 on; Go writes at least two digits of them.
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** The same without exponents, as `count_values` and the text of a label need it. */
export function formatPlainNumber(value: number): string {
  const text = formatNumber(value);
  const parts = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!parts) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Seconds with milliseconds behind the point where there are any: `1700000000`, `1700000000.500`. */
export function formatTimestamp(tMs: number): string {
  const rounded = Math.round(tMs);
  const millis = Math.abs(rounded % 1000);
  const seconds = Math.trunc(rounded / 1000);
  const sign = rounded < 0 && seconds === 0 ? '-' : '';
  return `${sign}${seconds}${millis === 0 ? '' : `.${String(millis).padStart(3, '0')}`}`;
}
