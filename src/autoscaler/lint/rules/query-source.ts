// What a PromQL query says about where its series come from, read without a parser: lint must not need one to start.

/** Exporters and proxies that run while the target does not. */
const standing =
  /^(?:kube_|nginx_|traefik_|haproxy_|envoy_|kong_|rabbitmq_|kafka_|redis_|nats_|aws_|probe_|sluice_|keda_|up$)/;

const words = new Set([
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'offset',
  'and',
  'or',
  'unless',
  'bool',
]);

/** Labels that name the program a series comes from. */
const sourceLabels =
  /^(?:job|app|service|deployment|pod|container|workload|app_kubernetes_io_name|kubernetes_name|kubernetes_pod_name|label_app)$/;

/**
 * Is there a series that one of `names` exports itself?
 *
 * @returns the matcher that says so, for example `job="web"`; null when the query leads elsewhere.
 */
export function ownMatcher(query: string, names: readonly string[]): string | null {
  const metrics = [...query.replace(/\{[^}]*\}/g, '{').matchAll(/([A-Za-z_:][\w:]*)\s*(?=[{[])/g)]
    .map(([, name = '']) => name)
    .filter((name) => !words.has(name));
  if (metrics.length > 0 && metrics.every((name) => standing.test(name))) return null;
  const matchers = [...query.matchAll(/([A-Za-z_]\w*)\s*(=~|=)\s*["']([^"']*)["']/g)];
  const isOwn = ([, label = '', operator = '', value = '']: RegExpExecArray): boolean =>
    sourceLabels.test(label) && names.some((name) => matches(operator, value, label, name));
  // Where a job is named, it is the exporter; other labels then say whom it speaks of.
  const jobs = matchers.filter(([, label, , value = '']) => label === 'job' && !/^\.[*+]$/.test(value));
  if (jobs.length > 0) return jobs.find(isOwn)?.[0] ?? null;
  return matchers.find(isOwn)?.[0] ?? null;
}

function matches(operator: string, value: string, label: string, name: string): boolean {
  // Pods of a Deployment carry two random words behind its name.
  const candidates = label.includes('pod') ? [name, `${name}-5d4f6c7b8-x2x9z`] : [name];
  if (operator === '=') return candidates.includes(value);
  if (value === '.*' || value === '.+') return false;
  try {
    const pattern = new RegExp(`^(?:${value})$`);
    return candidates.some((candidate) => pattern.test(candidate));
  } catch {
    // Not a regular expression of ours; Prometheus will say so.
    return false;
  }
}

const unitSeconds: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** `2m` or `1h30m` in seconds; 0 when it is no duration. */
function durationSeconds(text: string): number {
  let total = 0;
  for (const [, number = '', unit = ''] of text.matchAll(/(\d+)(ms|[smhdw])/g)) {
    total += Number(number) * (unitSeconds[unit] ?? 0);
  }
  return total;
}

/**
 * What one request in the whole window adds to a query over a counter.
 *
 * @returns null when the query is no plain rate or increase, or calculates further.
 */
export function valueOfOneRequest(
  query: string,
): { readonly value: number; readonly functionName: string; readonly window: string } | null {
  const found = /\b(rate|irate|increase)\s*\(\s*[^()[\]]*\[\s*([0-9smhdw]+)\s*\]\s*\)/.exec(query);
  if (!found) return null;
  const [whole, functionName = '', window = ''] = found;
  // What is left around it may only add up; anything that multiplies changes the number.
  const around = query
    .replace(whole, '')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\b(?:by|without)\s*\([^)]*\)/g, '');
  if (/[*/^%+-]|\d/.test(around.replace(/\bor\s+vector\s*\(\s*0\s*\)/, ''))) return null;
  const seconds = durationSeconds(window);
  if (seconds <= 0) return null;
  return { value: functionName === 'increase' ? 1 : 1 / seconds, functionName, window };
}
