/** Weekly comparisons (`offset 1w`) are the longest that are usual. */
const longestMs = 15 * 86_400_000;
/** A sample stands for this long, and a subquery begins up to a step before its range. */
const spareMs = 10 * 60_000;

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

const strings = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g;

/**
 * How far back from now queries can look, at most 15 days: never less than they do. All durations of a query are added
 * up, since ranges, offsets and subqueries may lie inside one another; a bare number counts as seconds, which it may be.
 *
 * @returns milliseconds
 */
export function queryReachMs(queries: readonly string[]): number {
  return Math.max(0, ...queries.map(reachOf));
}

function reachOf(query: string): number {
  const text = query.replace(strings, '');
  // A fixed time, or a duration that is computed.
  if (/@|\boffset\s*[-+]?\s*\(|\[[^\]]*[^\]\s\w.:][^\]]*\]/.test(text)) return longestMs;
  let reachMs = spareMs;
  for (const [, number = '', unit = 's'] of text.matchAll(/(\d+(?:\.\d+)?(?:e[-+]?\d+)?)(ms|[smhdwy])?/gi)) {
    reachMs += Number(number) * (unitsMs[unit] ?? 1000);
  }
  return Math.min(longestMs, reachMs);
}

/** Whether some query may select a series of this name. */
export function mayAskFor(name: string, queries: readonly string[]): boolean {
  return queries.some(
    (query) => query.includes(name) || query.includes('__name__') || /(?:^|[^\w:])\{/.test(query),
  );
}
