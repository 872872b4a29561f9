/**
 * The terms of a chunk as bytes: pairs (term id minus the one before, occurrences), rising ids, each number in base
 * 128 with the high bit set on all but its last byte. About 3 bytes a term.
 */
export function encodeTermCounts(
  counts: readonly (readonly [id: number, occurrences: number])[],
): Uint8Array {
  const bytes: number[] = [];
  let before = 0;
  for (const [id, occurrences] of [...counts].sort(([a], [other]) => a - other)) {
    pushNumber(bytes, id - before);
    pushNumber(bytes, occurrences);
    before = id;
  }
  return Uint8Array.from(bytes);
}

function pushNumber(bytes: number[], value: number): void {
  let rest = value;
  // Division, not shifts: ids may pass 2^31.
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/** Calls `visit` for every term, rising ids. */
export function eachTermCount(bytes: Uint8Array, visit: (id: number, occurrences: number) => void): void {
  let id = 0;
  let at = 0;
  const next = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at] ?? 0;
      at += 1;
      if (byte < 128) return value + byte * scale;
      value += (byte - 128) * scale;
      scale *= 128;
    }
  };
  while (at < bytes.length) {
    id += next();
    visit(id, next());
  }
}
