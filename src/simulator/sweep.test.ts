import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInManifest } from '../autoscaler/manifests/built-in.ts';
import { parseManifests } from '../autoscaler/manifests/parse-manifests.ts';
import { toTargetSpecs } from '../autoscaler/manifests/target-spec.ts';
import { comparePolicies, type PricedOutcome } from './compare.ts';
import { createArrivalRecorder } from './record-arrivals.ts';
import { parseWaitTarget, recommend } from './recommend.ts';
import { htmlReport } from './report/html-report.ts';
import type { SimulationReport } from './report/simulation-report.ts';
import { textReport } from './report/text-report.ts';
import { policyNames, type Scenario } from './scenario.ts';
import { gatewayMetricNames } from './simulated-metrics.ts';
import { arrivalsAt, modelOf } from './simulator-fixture.ts';
import { applySettings, parseSweep, runSweep, type SweepPoint } from './sweep.ts';

async function scenario(manifest: string = builtInManifest): Promise<Scenario> {
  const manifests = await parseManifests([{ file: 'test', text: manifest }]);
  const [spec] = toTargetSpecs(manifests);
  assert.ok(spec);
  // Three a second for 5 minutes, then nothing.
  const arrivals = arrivalsAt(
    Array.from({ length: 900 }, (_, index) => 10_000 + (index * 1000) / 3),
    900_000,
  );
  return {
    arrivals,
    model: modelOf({ slots: spec.launch.slots, target: spec.name }),
    spec,
    manifests,
    metrics: gatewayMetricNames,
    scrapeIntervalMs: 5000,
    pollPhaseMs: 0,
    hpaPhaseMs: null,
    instant: { headroomReplicas: 0, extraIdleMs: 10_000 },
    flapWindowMs: 600_000,
    pricePerHour: 0.5,
  };
}

test('all policies over one trace: the metrics wake keda, and the bound is the least', async () => {
  const outcomes = await comparePolicies(await scenario(), { policies: policyNames });
  assert.deepEqual(
    outcomes.map(({ policy }) => policy),
    [...policyNames],
  );
  const by = Object.fromEntries(outcomes.map((outcome) => [outcome.policy, outcome]));
  assert.ok((by['keda']?.completed ?? 0) > 800);
  assert.ok((by['keda']?.waitMs.max ?? 0) > 10_000, 'the rate passes 1 long after the first request');
  assert.equal(by['instant']?.completed, 900);
  // Up to three arrive in the second that the first start takes; they wait for it.
  assert.equal(by['instant']?.waitMs.max, 1000);
  assert.equal(by['static']?.saving, 0);
  assert.equal(by['static']?.cost, Number(((by['static']?.replicaHours ?? 0) * 0.5).toFixed(4)));
  for (const { completed, notes, policy, replicaHours } of outcomes) {
    assert.deepEqual(notes, [], policy);
    if (policy !== 'keda') assert.ok(replicaHours >= (by['clairvoyant']?.replicaHours ?? 0), policy);
    assert.ok(completed > 0);
  }
});

test('a Deployment that begins with replicas does so under keda; under instant only while paused', async () => {
  const quiet = async (replicas: number, annotations: Readonly<Record<string, string>> = {}) => {
    const base = await scenario();
    const { deployment, scaledObject } = base.spec;
    const spec = {
      ...base.spec,
      deployment: { ...deployment, replicas },
      scaledObject: { ...scaledObject, annotations },
    };
    const arrivals = arrivalsAt([899_999], 900_000);
    const outcomes = await comparePolicies({ ...base, arrivals, spec }, { policies: ['keda', 'instant'] });
    return outcomes.map(({ mostReplicas, policy }) => `${policy} ${mostReplicas}`);
  };
  assert.deepEqual(await quiet(3), ['keda 3', 'instant 1']);
  assert.deepEqual(await quiet(3, { 'autoscaling.keda.sh/paused': 'true' }), ['keda 3', 'instant 3']);
});

test('a tolerance in behavior counts from Kubernetes 1.33 on', async () => {
  const base = await scenario(builtInManifest.replace(/threshold: "\d+"/, 'threshold: "0.95"'));
  const { scaledObject } = base.spec;
  const behavior = { scaleUp: { tolerance: '0' } };
  const exact: Scenario = { ...base, spec: { ...base.spec, scaledObject: { ...scaledObject, behavior } } };
  const most = async (kubernetes: '1.32' | '1.33' | '1.37'): Promise<number | undefined> =>
    (await comparePolicies({ ...exact, kubernetes }, { policies: ['keda'] }))[0]?.mostReplicas;
  // A rate that rises slowly to 3: 3 / (0.95 × 3) is within a tenth, and 3 / 0.95 asks for 4.
  assert.deepEqual([await most('1.32'), await most('1.33'), await most('1.37')], [3, 4, 4]);
});

test('a query for another job finds nothing and says so; --metric names it', async () => {
  const other = await scenario(builtInManifest.replace('job="sluice"', 'job="docs"'));
  const [lost] = await comparePolicies(other, { policies: ['keda'] });
  assert.equal(lost?.completed, 0);
  assert.match(lost?.notes[0] ?? '', /never found a series: say with --metric/);
  const named = { ...other, metrics: { name: 'http_requests_total', labels: { job: 'docs' } } };
  const [found] = await comparePolicies(named, { policies: ['keda'] });
  assert.ok((found?.completed ?? 0) > 800);
});

test('a trigger that a trace says nothing about is left out with a note', async () => {
  const mixed = await scenario(
    builtInManifest.replace(
      '    - type: prometheus',
      '    - type: redis\n      metadata: { address: "r:6379", listName: q, listLength: "5" }\n    - type: prometheus',
    ),
  );
  const [outcome] = await comparePolicies(mixed, { policies: ['keda'] });
  assert.match(outcome?.notes[0] ?? '', /trigger redis is left out/);
  assert.ok((outcome?.completed ?? 0) > 800);
});

test('a sweep is every combination, and changes the object itself', async () => {
  assert.deepEqual(parseSweep(['threshold=1,2.5', 'cooldown=30,5m']), [
    { threshold: 1, cooldown: 30 },
    { threshold: 1, cooldown: 300 },
    { threshold: 2.5, cooldown: 30 },
    { threshold: 2.5, cooldown: 300 },
  ]);
  const refused = ['threshold', 'threshold=', 'threshold=a', 'speed=1', 'cooldown=-1', 'threshold=1,,2'];
  // These would never end, or mean nothing.
  const meaningless = [
    'slots=0',
    'slots=1.5',
    'pollingInterval=0',
    'threshold=0',
    'maxReplicas=0',
    'headroom=0.5',
  ];
  for (const text of [...refused, ...meaningless]) {
    assert.throws(() => parseSweep([text]), /--sweep: expected/, text);
  }
  assert.throws(() => parseSweep(['slots=1', 'slots=2']), /--sweep: expected slots once, received "slots=2"/);
  const changed = applySettings(await scenario(), {
    threshold: 2,
    cooldown: 30,
    stabilization: 60,
    slots: 3,
  });
  assert.equal(changed.spec.scaledObject.triggers[0]?.metadata['threshold'], '2');
  assert.equal(changed.spec.scaledObject.cooldownPeriodMs, 30_000);
  assert.equal(changed.spec.scaledObject.behavior?.scaleDown?.stabilizationWindowSeconds, 60);
  assert.equal(changed.model.slots, 3);
  const base = await scenario();
  assert.throws(() => applySettings(base, { minReplicas: 11 }), /minReplicas <= maxReplicas/);
});

test('reports: same inputs, same bytes; one page without anything from outside', async () => {
  const make = async (): Promise<[string, string, string]> => {
    const given = await scenario();
    const points = await runSweep(given, {
      points: parseSweep(['threshold=1,5']),
      policies: ['keda', 'instant'],
    });
    const waitTarget = parseWaitTarget('p95=2s');
    const report: SimulationReport = {
      version: 1,
      target: 'docs <script>',
      requests: 900,
      spanSeconds: 900,
      assumptions: [{ name: 'seed', value: '1' }],
      policies: await comparePolicies(given, { policies: policyNames }),
      sweep: { ...recommend(points, waitTarget), points, waitTarget },
      warnings: [],
    };
    return [textReport(report), htmlReport(report, given.model.slots), JSON.stringify(report)];
  };
  const [text, html, json] = await make();
  assert.deepEqual(await make(), [text, html, json]);
  assert.match(text, /^policy +replica-h +cost +saving/m);
  assert.match(text, /^→ recommended: instant with threshold=\d/m);
  assert.doesNotMatch(html, /<script|https?:|src=|@import|url\(/);
  assert.match(html, /docs &lt;script&gt;/);
  assert.match(html, /prefers-color-scheme:dark/);
  assert.equal((html.match(/<svg /g) ?? []).length, policyNames.length + 2);
  assert.doesNotMatch(html, /NaN|undefined|Infinity/);
});

const point = (replicaHours: number, p95: number, failed = 0): SweepPoint => ({
  settings: { threshold: replicaHours },
  outcome: {
    policy: 'keda',
    requests: 1000,
    rejected: failed,
    timedOut: 0,
    cut: 0,
    replicaHours,
    waitMs: { mean: 0, p50: 0, p95, p99: 0, max: 0 },
  } as PricedOutcome,
});

test('the recommendation is the cheapest point within the target that fails hardly any request', () => {
  const points = [point(5, 100), point(1, 9000), point(2, 1500, 50), point(3, 1800), point(4, 2500)];
  const best = recommend(points, parseWaitTarget('p95=2s'));
  assert.deepEqual([best.recommended, best.meetsTarget], [3, true]);
  // The fifth is dearer than the fourth and waits longer; the fourth is beaten by the third in both.
  assert.deepEqual(best.frontier, [1, 2, 0]);
  const none = recommend(points, parseWaitTarget('p95=50ms'));
  assert.deepEqual([none.recommended, none.meetsTarget], [0, false]);
  assert.match(none.sentence, /no point has p95 <= 0.05 s/);
  assert.equal(recommend(points, null).recommended, null);
  for (const text of ['p95', 'p90=2s', 'p95=soon'])
    assert.throws(() => parseWaitTarget(text), /--wait-target/);
});

test('recording: rises of the counters, a restart, other targets, other events', () => {
  const status = (atMs: number, docs: number, other = 0): string =>
    JSON.stringify({
      type: 'status',
      status: {
        atMs,
        targets: [
          { target: 'docs', arrivals: docs },
          { target: 'other', arrivals: other },
        ],
      },
    });
  const recorder = createArrivalRecorder('docs');
  assert.deepEqual(recorder.take(status(0, 7)), []);
  assert.deepEqual(recorder.take(status(50, 9, 3)), [{ t: 50, target: 'docs', count: 2, overMs: 50 }]);
  assert.deepEqual(recorder.take(status(60, 9, 4)), []);
  assert.deepEqual(recorder.take(status(9000, 10)), [{ t: 9000, target: 'docs', count: 1, overMs: 100 }]);
  assert.deepEqual(recorder.take(status(9100, 1)), [{ t: 9100, target: 'docs', count: 1, overMs: 100 }]);
  assert.deepEqual(recorder.take('{"type":"decision"}'), []);
  assert.equal(createArrivalRecorder(null).take(status(0, 1)).length, 0);
});
