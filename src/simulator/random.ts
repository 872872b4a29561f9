/** Numbers from 0 (inclusive) to 1 (exclusive), the same ones for the same seed on every machine. */
export type Random = () => number;

/** sfc32, a small fast generator with 128 bits of state. @see https://pracrand.sourceforge.net/RNG_engines.txt */
export function createRandom(seed: number): Random {
  let a = 0;
  let b = seed >>> 0;
  let c = Math.floor(seed / 0x1_0000_0000) >>> 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  // The first outputs still show the seed.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

/**
 * A number from 0 to 1 that belongs to `index` alone: whatever order requests are served in, and under every policy,
 * request 7 draws the same. Two rounds of murmur3's finalizer over seed and index.
 */
export function randomAt(seed: number, index: number): number {
  const hash = mix(mix(seed | 0, 0x9e37_79b9) ^ index, Math.floor(index / 0x1_0000_0000) + 0x85eb_ca6b);
  return hash / 0x1_0000_0000;
}

function mix(value: number, salt: number): number {
  let hash = (value ^ salt) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
