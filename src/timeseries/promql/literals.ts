const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};
const durationPattern = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/;

/** `1h30m` -> milliseconds; null when the text is not a duration (units fall from y to ms, each at most once). */
export function parseDurationMs(text: string): number | null {
  if (text === '0') return 0;
  if (text === '' || !durationPattern.test(text)) return null;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    total += Number(count) * (unitMs[unit ?? ''] ?? 0);
  }
  return total;
}

/**
 * A number literal: decimal, exponent, hexadecimal, octal (`0755`), binary, underscores between digits, `Inf`, `NaN`,
 * and a duration, which counts in seconds. Null when the text is none of these, or a number too large for a double.
 */
export function parseNumber(text: string): number | null {
  const word = text.toLowerCase();
  if (word === 'inf') return Infinity;
  if (word === 'nan') return Number.NaN;
  const digits = word.replace(/(?<=[\da-fx])_(?=[\da-f])/g, '');
  if (/^0x[\da-f]+$|^0b[01]+$|^0o[0-7]+$/.test(digits)) return Number(digits);
  if (/^0[0-7]+$/.test(digits)) return Number.parseInt(digits, 8);
  if (/^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/.test(digits)) {
    const value = Number(digits);
    return Number.isFinite(value) ? value : null;
  }
  const durationMs = parseDurationMs(word);
  return durationMs === null ? null : durationMs / 1000;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/**
 * A quoted string with Go's escapes, of the quotes only the one that encloses it; between backticks nothing is escaped.
 * Null when it does not end or an escape is unknown.
 */
export function parseString(text: string): string | null {
  const quote = text[0];
  if (text.length < 2 || text.at(-1) !== quote) return null;
  const body = text.slice(1, -1);
  if (quote === '`') return body;
  let out = '';
  // Bytes written as \xff or \377 belong to one UTF-8 text together.
  let bytes: number[] = [];
  const flush = (): void => {
    if (bytes.length > 0) out += new TextDecoder().decode(Uint8Array.from(bytes));
    bytes = [];
  };
  for (let at = 0; at < body.length;) {
    const char = body[at] ?? '';
    if (char === '\n' || char === quote) return null;
    if (char !== '\\') {
      flush();
      out += char;
      at += 1;
      continue;
    }
    const escape =
      /^\\(?:x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([abfnrtv\\'"]))/.exec(
        body.slice(at),
      );
    if (!escape) return null;
    const [whole, hex, octal, short, long, simple] = escape;
    if ((simple === '"' || simple === "'") && simple !== quote) return null;
    if (octal !== undefined && Number.parseInt(octal, 8) > 0xff) return null;
    if (hex !== undefined || octal !== undefined) {
      bytes.push(hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16));
    } else {
      flush();
      const code = short ?? long;
      if (code !== undefined && Number.parseInt(code, 16) > 0x10ffff) return null;
      out +=
        code === undefined
          ? (simpleEscapes[simple ?? ''] ?? '')
          : String.fromCodePoint(Number.parseInt(code, 16));
    }
    at += whole.length;
  }
  flush();
  return out;
}
