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
  while (at < bytes.length) {
    let value = 0;
    for (let part = 0; part < 2; part += 1) {
      value = 0;
      let scale = 1;
      let byte = bytes[at++] ?? 0;
      while (byte >= 128) {
        value += (byte - 128) * scale;
        scale *= 128;
        byte = bytes[at++] ?? 0;
      }
      value += byte * scale;
      if (part === 0) id += value;
    }
    visit(id, value);
  }
}

/**
 * How often each of a few terms occurs, without a call for every other term: this runs for every candidate of a search.
 *
 * @param ids rising. @param into one place an id; places of ids that do not occur are left alone.
 */
export function readOccurrences(bytes: Uint8Array, ids: readonly number[], into: Float64Array): void {
  const end = bytes.length;
  let at = 0;
  let id = 0;
  let wantedAt = 0;
  let wanted = ids[0] ?? Infinity;
  while (at < end && wanted !== Infinity) {
    let byte = bytes[at++] ?? 0;
    let scale = 1;
    while (byte >= 128) {
      id += (byte - 128) * scale;
      scale *= 128;
      byte = bytes[at++] ?? 0;
    }
    id += byte * scale;
    while (wanted < id) wanted = ids[++wantedAt] ?? Infinity;
    let occurrences = 0;
    scale = 1;
    byte = bytes[at++] ?? 0;
    while (byte >= 128) {
      occurrences += (byte - 128) * scale;
      scale *= 128;
      byte = bytes[at++] ?? 0;
    }
    if (id === wanted) into[wantedAt] = occurrences + byte * scale;
  }
}
