// One script of arrivals, once through `sluice up --policy keda` in front of a real program, once through the simulator:
// the decisions are the same, tick by tick, and every decision that was recorded is decided again from its inputs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifests } from '../../src/autoscaler/manifests/parse-manifests.ts';
import { toTargetSpecs } from '../../src/autoscaler/manifests/target-spec.ts';
import { policyOf } from '../../src/autoscaler/policy-of.ts';
import { replayDecision } from '../../src/autoscaler/decision/replay-decision.ts';
import type { ScaleDecision } from '../../src/autoscaler/decision/scale-decision.ts';
import { runEngine } from '../../src/simulator/engine.ts';
import { createKedaSimulation } from '../../src/simulator/policies/keda.ts';
import { gatewayMetricNames } from '../../src/simulator/simulated-metrics.ts';
import { createSimulatedTriggers } from '../../src/simulator/simulated-triggers.ts';
import { arrivalsAt, modelOf } from '../../src/simulator/simulator-fixture.ts';
import { eventually, startSluice } from '../support/sluice-process.ts';

// KEDA polls at 0, 3, 6 … s, the HPA syncs at 1.5, 4.5, 7.5 … s. Everything else happens half-way between two ticks, so
// that a busy machine may be late by more than half a second before anything could be decided otherwise.
const serviceMs = 3650;
const syncMs = 3000;
const phaseMs = 1500;
const lastTickMs = 16_500;
/** How late a tick or an arrival may be. */
const toleranceMs = 500;
/** One wakes the first replica; three more need four in all; one comes after everything has stopped. */
const arrivalsMs = [1900, 3750, 3750, 3750, 14_250];
const wantedTicks = [
  'keda-poll 0 -> 0 inactive',
  'hpa 0 -> 0 hpa-disabled-at-zero',
  'keda-poll 0 -> 1 activation',
  'hpa 1 -> 4 load',
  'keda-poll 4 -> 4 steady',
  'hpa 4 -> 3 load',
  'keda-poll 3 -> 3 cooling-down',
  'hpa 3 -> 1 load',
  'keda-poll 1 -> 0 cooldown-elapsed',
  'hpa 0 -> 0 hpa-disabled-at-zero',
  'keda-poll 0 -> 1 activation',
  'hpa 1 -> 1 within-tolerance',
];

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: slow
  annotations: { sluice.dev/slots: "1" }
spec:
  selector: { matchLabels: { app: slow } }
  template:
    metadata: { labels: { app: slow } }
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: slow
          image: node
          command:
            - ${JSON.stringify(process.execPath)}
            - -e
            - |
              const answer = (request, response) => setTimeout(() => response.end('done'), ${serviceMs});
              require('node:http').createServer(answer).listen(process.env.PORT, '127.0.0.1');
              process.on('SIGTERM', () => process.exit(0));
          env: [{ name: PORT, value: "8000" }]
          ports: [{ containerPort: 8000 }]
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: slow }
spec:
  scaleTargetRef: { name: slow }
  minReplicaCount: 0
  maxReplicaCount: 5
  pollingInterval: 3
  cooldownPeriod: 5
  advanced:
    horizontalPodAutoscalerConfig:
      behavior: { scaleDown: { stabilizationWindowSeconds: 0 } }
  triggers:
    - { type: sluice-pending, metadata: { threshold: "1" } }
`;

const lineOf = ({ from, inputs, reason, to }: ScaleDecision): string =>
  `${inputs.clock} ${from} -> ${to} ${reason}`;

/** What happened, and by how many milliseconds a tick or an arrival was late at most. */
interface LiveRun {
  readonly decisions: readonly ScaleDecision[];
  readonly lateMs: number;
}

async function live(): Promise<LiveRun> {
  await using sluice = await startSluice({
    manifest,
    args: ['--policy', 'keda'],
    env: {
      SLUICE_AUTOSCALER_HPA_SYNC_PERIOD_MS: String(syncMs),
      SLUICE_AUTOSCALER_HPA_PHASE_MS: String(phaseMs),
      SLUICE_AUTOSCALER_MAX_STARTS_AT_ONCE: '4',
    },
  });
  const decisions = async (): Promise<readonly ScaleDecision[]> => {
    const response = await fetch(`${sluice.adminUrl}/scaling/slow/decisions`);
    assert.equal(response.status, 200);
    return ((await response.json()) as { readonly decisions: readonly ScaleDecision[] }).decisions;
  };
  const [first] = await eventually('the first poll', async () => {
    const made = await decisions();
    return made.length > 0 && made;
  });
  assert.ok(first);
  const beganMs = first.inputs.nowMs;
  let lateMs = 0;
  const answers = arrivalsMs.map(async (atMs) => {
    await new Promise((resolve) => setTimeout(resolve, beganMs + atMs - Date.now()));
    lateMs = Math.max(lateMs, Date.now() - beganMs - atMs);
    const response = await fetch(sluice.url);
    return `${response.status} ${await response.text()}`;
  });
  const made = await eventually('the last tick', async () => {
    const all = await decisions();
    return all.length >= wantedTicks.length && all.slice(0, wantedTicks.length);
  });
  for (const [index, { inputs }] of made.entries()) {
    lateMs = Math.max(lateMs, inputs.nowMs - beganMs - index * phaseMs);
  }
  assert.deepEqual(
    await Promise.all(answers),
    arrivalsMs.map(() => '200 done'),
  );
  return { decisions: made, lateMs };
}

async function simulated(beganMs: number): Promise<ScaleDecision[]> {
  const manifests = await parseManifests([{ file: 'manifest.yaml', text: manifest }]);
  const [spec] = toTargetSpecs(manifests);
  assert.ok(spec);
  const policy = policyOf(spec.scaledObject, 'keda', { hpaSyncPeriodMs: syncMs });
  assert.ok(policy.kind === 'keda');
  const decisions: ScaleDecision[] = [];
  await using triggers = await createSimulatedTriggers({
    spec,
    manifests,
    metrics: gatewayMetricNames,
    scrapeIntervalMs: 5000,
  });
  await runEngine({
    arrivals: arrivalsAt(arrivalsMs, lastTickMs, beganMs),
    model: modelOf({
      target: 'slow',
      slots: spec.launch.slots,
      start: { kind: 'constant', ms: 100 },
      service: { kind: 'constant', ms: serviceMs },
    }),
    policy: createKedaSimulation({
      policy,
      triggers,
      hpaPhaseMs: phaseMs,
      record: (decision) => decisions.push(decision),
    }),
  });
  return decisions.slice(0, wantedTicks.length);
}

const asRecorded = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('the same arrivals, live and simulated: the same decisions, tick by tick', async (context) => {
  let run = await live();
  // A machine that was too busy to keep the script has played another one: nothing is said about it, so once more.
  for (let again = 0; again < 2 && run.lateMs > toleranceMs; again += 1) {
    context.diagnostic(`late by ${run.lateMs} ms: played again`);
    run = await live();
  }
  assert.ok(run.lateMs <= toleranceMs, `the script was never kept: late by ${run.lateMs} ms`);
  context.diagnostic(`late by ${run.lateMs} ms at most`);

  const lines = run.decisions.map(lineOf);
  assert.deepEqual(lines, wantedTicks);
  assert.deepEqual((await simulated(run.decisions[0]?.inputs.nowMs ?? 0)).map(lineOf), lines);

  let state: unknown = run.decisions[0]?.inputs.state;
  for (const recorded of run.decisions) {
    const again = replayDecision(recorded.inputs);
    assert.deepEqual(asRecorded(again.decision), recorded);
    // What one decision remembers is what the next one knew.
    assert.deepEqual(recorded.inputs.state, state);
    state = asRecorded(again.state);
  }
});
