const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A number as a metrics page writes it (decimal, exponent, `NaN`, `+Inf`, `Infinity`); null for anything else. */
export function parseSampleNumber(text: string): number | null {
  if (numberPattern.test(text)) return Number(text);
  const word = text.toLowerCase();
  if (word === 'nan') return Number.NaN;
  const infinity = /^([+-]?)inf(?:inity)?$/.exec(word);
  if (infinity) return infinity[1] === '-' ? -Infinity : Infinity;
  return null;
}
