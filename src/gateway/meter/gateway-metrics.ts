import { durationBuckets, type Labels, type MetricsRegistry } from '../../platform/metrics.ts';

/** The gateway's numbers as a scrape sees them. */
export interface GatewayMetrics {
  readonly arrived: (target: string, method: string) => void;
  /** @param code status as sent, or 499 when the client hung up before a response. @param seconds since arrival. */
  readonly ended: (target: string, method: string, code: number, seconds: number) => void;
  /** @param coldStart whether it waited for a replica to start. */
  readonly held: (target: string, seconds: number, coldStart: boolean) => void;
  readonly rejected: (target: string, reason: string) => void;
  /** A request that a static route took: never demand, so in no other number. */
  readonly answeredStatically: (target: string) => void;
  readonly retried: (target: string, reason: string) => void;
}

export interface LoadNow {
  readonly pending: (target: string) => number;
  readonly inFlight: (target: string) => number;
}

/** Others count as `OTHER`, so that a client cannot make series without end. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const methodLabel = (method: string): string => (knownMethods.has(method) ? method : 'OTHER');

/**
 * `http_requests_total` counts on **arrival**. The built-in trigger is `sum(rate(http_requests_total{job="sluice"}[2m]))`:
 * counted at its end, a request held at 0 replicas would never show up in that rate, and nothing would wake. At arrival
 * there is no status yet, so `code` is on `http_responses_total`, counted at the end.
 *
 * The series of the common methods exist from the start with 0: a rate sees the step from 0 to 1, not a series that
 * begins with 1, so the very first request counts.
 */
export function createGatewayMetrics(
  metrics: MetricsRegistry,
  targets: readonly string[],
  now: LoadNow,
): GatewayMetrics {
  const requests = metrics.counter('http_requests_total', 'Requests that arrived for a scale target.');
  const responses = metrics.counter('http_responses_total', 'Requests that ended, by status code.');
  const duration = metrics.histogram(
    'http_request_duration_seconds',
    'From arrival to the end of the answer, holding included.',
    durationBuckets,
  );
  const held = metrics.histogram(
    'sluice_request_held_seconds',
    'How long requests waited that were held.',
    durationBuckets,
  );
  const coldStarts = metrics.counter(
    'sluice_cold_starts_total',
    'Requests that waited for a replica to start.',
  );
  const rejected = metrics.counter(
    'sluice_requests_rejected_total',
    'Requests the gateway refused, by reason.',
  );
  const fixed = metrics.counter(
    'sluice_static_requests_total',
    'Requests that static routes took; they count as no demand.',
  );
  const retried = metrics.counter(
    'sluice_requests_retried_total',
    'Attempts on a replica that failed before the first byte and were repeated.',
  );
  const gauge = (read: (target: string) => number) => (): Iterable<readonly [Labels, number]> =>
    targets.map((target) => [{ target }, read(target)] as const);
  metrics.gaugeFrom(
    'sluice_requests_pending',
    'Requests held because no replica has a free slot.',
    gauge((target) => now.pending(target)),
  );
  metrics.gaugeFrom(
    'sluice_requests_in_flight',
    'Requests being answered by a replica.',
    gauge((target) => now.inFlight(target)),
  );
  for (const target of targets) {
    for (const method of ['GET', 'POST']) requests.inc({ target, method }, 0);
    coldStarts.inc({ target }, 0);
  }
  return {
    arrived: (target, method) => requests.inc({ target, method: methodLabel(method) }),
    ended: (target, method, code, seconds) => {
      responses.inc({ target, code: String(code), method: methodLabel(method) });
      duration.observe(seconds, { target });
    },
    held: (target, seconds, coldStart) => {
      held.observe(seconds, { target });
      if (coldStart) coldStarts.inc({ target });
    },
    rejected: (target, reason) => rejected.inc({ target, reason }),
    answeredStatically: (target) => fixed.inc({ target }),
    retried: (target, reason) => retried.inc({ target, reason }),
  };
}
