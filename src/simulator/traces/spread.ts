import type { Random } from '../random.ts';

/**
 * Times of `count` arrivals of which only the interval is known: uniformly random within it, in ascending order, as a
 * Poisson process is when its count is given. Drawn in order, so nothing is sorted: the smallest of n uniform numbers
 * is 1 - u^(1/n), and the rest are uniform above it.
 */
export function spread(
  count: number,
  fromMs: number,
  toMs: number,
  random: Random,
  add: (atMs: number) => void,
): void {
  let reached = 0;
  for (let left = count; left > 0; left -= 1) {
    reached += (1 - reached) * (1 - (1 - random()) ** (1 / left));
    add(fromMs + reached * (toMs - fromMs));
  }
}
