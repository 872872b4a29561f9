import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from './metrics.ts';

test('a registry writes the Prometheus text format', () => {
  const metrics = createMetrics({ job: 'sluice' });
  const requests = metrics.counter('http_requests_total', 'Requests that arrived.');
  requests.inc({ target: 'a' });
  requests.inc({ target: 'a' }, 2);
  requests.inc({ target: 'with "quotes"\\ and\nlines' });
  metrics.gauge('pending', 'Held now.').set(3);
  metrics.gaugeFrom('computed', 'Asked for.', () => [[{ state: 'ready' }, 2]]);
  assert.equal(
    metrics.text(),
    `# HELP http_requests_total Requests that arrived.
# TYPE http_requests_total counter
http_requests_total{job="sluice",target="a"} 3
http_requests_total{job="sluice",target="with \\"quotes\\"\\\\ and\\nlines"} 1
# HELP pending Held now.
# TYPE pending gauge
pending{job="sluice"} 3
# HELP computed Asked for.
# TYPE computed gauge
computed{job="sluice",state="ready"} 2
`,
  );
});

test('a histogram counts cumulatively and keeps sum and count', () => {
  const metrics = createMetrics();
  const held = metrics.histogram('held_seconds', 'Held.', [0.1, 1]);
  for (const value of [0.05, 0.1, 0.5, 7]) held.observe(value);
  assert.deepEqual(
    metrics.samples().map(({ name, labels, value }) => [name, labels['le'] ?? '', value]),
    [
      ['held_seconds_bucket', '0.1', 2],
      ['held_seconds_bucket', '1', 3],
      ['held_seconds_bucket', '+Inf', 4],
      ['held_seconds_sum', '', 7.65],
      ['held_seconds_count', '', 4],
    ],
  );
});

test('a name is registered once', () => {
  const metrics = createMetrics();
  metrics.counter('x_total', '');
  assert.throws(() => metrics.gauge('x_total', ''), /registered twice/);
});
