/** Han, kana, Hangul and full-width forms, which say about as much with one character as Latin script with two. */
function isWideUnit(unit: number): boolean {
  return (
    (unit >= 0x2e80 && unit <= 0x9fff) ||
    (unit >= 0xac00 && unit <= 0xd7af) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0xff00 && unit <= 0xffef)
  );
}

/** How much a stretch of text says, in Latin characters: one a UTF-16 unit, two for a unit of CJK scripts. */
export function textWeight(text: string, start = 0, end: number = text.length): number {
  let weight = end - start;
  for (let at = start; at < end; at += 1) if (isWideUnit(text.charCodeAt(at))) weight += 1;
  return weight;
}

/** Where a stretch that begins at `start` has reached `weight`; never inside a surrogate pair, always beyond `start`. */
export function endAtWeight(text: string, start: number, end: number, weight: number): number {
  let left = weight;
  let at = start;
  while (at < end && left > 0) {
    left -= isWideUnit(text.charCodeAt(at)) ? 2 : 1;
    at += 1;
  }
  const inPair = at < end && (text.charCodeAt(at) & 0xfc00) === 0xdc00;
  return Math.min(end, Math.max(start + 1, inPair ? at + 1 : at));
}
