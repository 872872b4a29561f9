import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { AppError } from '../../contract/app-error.ts';
import { builtInFile, builtInManifest } from './built-in.ts';
import type { Probe } from './deployment.ts';
import { loadManifests } from './load-manifests.ts';
import { parseManifests } from './parse-manifests.ts';
import { toTargetSpecs } from './target-spec.ts';

const deployment = (name: string, extra = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  template:
    spec:
      containers:
        - name: main
          command: [python3, -m, http.server, $(PORT)]
${extra}`;

const scaledObject = (spec: string, metadata = '{ name: web }'): string => `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: ${metadata}
spec:
  scaleTargetRef: { name: web }
${spec}`;

const cron = `
  triggers:
    - type: cron
      metadata: { timezone: UTC, start: "0 8 * * *", end: "0 18 * * *", desiredReplicas: "2" }`;

const parse = (text: string) => parseManifests([{ file: 'a.yaml', text }]);

async function problemsOf(text: string): Promise<string> {
  try {
    await parse(text);
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, 'invalid-argument');
    return error.message;
  }
  return '';
}

test('the built-in manifest parses to the seed ScaledObject and the replica', async () => {
  const set = await parseManifests([{ file: builtInFile, text: builtInManifest }]);
  assert.deepEqual(set.warnings, []);
  const [target] = toTargetSpecs(set);
  assert.ok(target);
  assert.equal(target.name, 'sluice-replica');
  assert.deepEqual(target.launch.command, ['sluice', 'replica']);
  assert.equal(target.launch.listens, 'socket');
  assert.equal(target.launch.terminationGracePeriodMs, 30_000);
  assert.equal(target.launch.slots, 8);
  assert.deepEqual(target.launch.readinessProbe?.action, {
    kind: 'http',
    path: '/readyz',
    port: 'serving',
    headers: {},
  });
  assert.deepEqual(target.launch.livenessProbe, {
    action: { kind: 'http', path: '/healthz', port: 'serving', headers: {} },
    initialDelayMs: 0,
    periodMs: 10_000,
    timeoutMs: 5000,
    failureThreshold: 3,
    successThreshold: 1,
  });
  const { scaledObject: object } = target;
  assert.equal(object.minReplicaCount, 0);
  assert.equal(object.maxReplicaCount, 10);
  assert.equal(object.cooldownPeriodMs, 300_000);
  assert.equal(object.pollingIntervalMs, 30_000);
  assert.equal(object.hpaName, 'keda-hpa-sluice');
  assert.deepEqual(object.triggers[0]?.metadata, {
    serverAddress: 'http://prometheus-server.monitoring.svc.cluster.local:9090',
    metricName: 'http_request_qps',
    query: 'sum(rate(http_requests_total{job="sluice"}[2m]))',
    threshold: '5',
    activationThreshold: '1',
  });
});

const refused: readonly { name: string; text: string; want: RegExp }[] = [
  {
    name: 'a minimum above the maximum',
    text: scaledObject(`  minReplicaCount: 5\n  maxReplicaCount: 2${cron}`),
    want: /a\.yaml:6: spec\.minReplicaCount: expected at most maxReplicaCount \(2\), received 5/,
  },
  {
    name: 'a minimum above the default maximum of 100',
    text: scaledObject(`  minReplicaCount: 101${cron}`),
    want: /expected at most maxReplicaCount \(100\), received 101/,
  },
  {
    name: 'idle 0 without a minimum',
    text: scaledObject(`  idleReplicaCount: 0${cron}`),
    want: /spec\.idleReplicaCount: expected less than minReplicaCount \(0\), received 0/,
  },
  {
    name: 'a number where the cluster wants text, with the line of the key',
    text: scaledObject(`  triggers:\n    - type: prometheus\n      metadata:\n        threshold: 5`),
    want: /a\.yaml:9: spec\.triggers\[0\]\.metadata\.threshold: expected text, received the number 5\. Put it in quotes/,
  },
  {
    name: 'no triggers',
    text: scaledObject('  triggers: []'),
    want: /spec\.triggers: expected at least one trigger, received an empty list/,
  },
  {
    name: 'triggers left out',
    text: scaledObject('  minReplicaCount: 1'),
    want: /spec\.triggers: expected a list of triggers, received nothing/,
  },
  {
    name: 'two triggers of one name',
    text: scaledObject(
      `  triggers:\n    - { type: cron, name: a, metadata: {} }\n    - { type: cron, name: a, metadata: {} }`,
    ),
    want: /a\.yaml:8: spec\.triggers\[1\]\.name: "a" is already the name of trigger 0/,
  },
  {
    name: 'a policy over a period that is too long',
    text: scaledObject(
      `  advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleUp: { policies: [{ type: Pods, value: 1, periodSeconds: 1801 }] } } } }${cron}`,
    ),
    want: /behavior\.scaleUp\.policies\[0\]\.periodSeconds: .*1800.*1801/,
  },
  {
    name: 'a policy over no time',
    text: scaledObject(
      `  advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleUp: { policies: [{ type: Pods, value: 1, periodSeconds: 0 }] } } } }${cron}`,
    ),
    want: /behavior\.scaleUp\.policies\[0\]\.periodSeconds: .*received the number 0/,
  },
  {
    name: 'a policy that allows nothing',
    text: scaledObject(
      `  advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { policies: [{ type: Percent, value: 0, periodSeconds: 60 }] } } } }${cron}`,
    ),
    want: /behavior\.scaleDown\.policies\[0\]\.value: .*received the number 0/,
  },
  {
    name: 'no policies where they are written',
    text: scaledObject(
      `  advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { policies: [] } } } }${cron}`,
    ),
    want: /behavior\.scaleDown\.policies: expected at least one policy/,
  },
  {
    name: 'a tolerance below 0',
    text: scaledObject(
      `  advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { tolerance: "-0.1" } } } }${cron}`,
    ),
    want: /behavior\.scaleDown\.tolerance: expected a quantity from 0 on, such as 0\.05 or 50m, received (the text )?"-0\.1"/,
  },
  {
    name: 'a tolerance that is no number',
    text: scaledObject(
      `  advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleUp: { tolerance: none } } } }${cron}`,
    ),
    want: /behavior\.scaleUp\.tolerance: expected a quantity from 0 on.*"none"/,
  },
  {
    name: 'a target without a Deployment',
    text: scaledObject(cron).replace('scaleTargetRef: { name: web }', 'scaleTargetRef: { name: absent }'),
    want: /there is no Deployment "absent" in namespace "default" among the manifests/,
  },
  {
    name: 'a target that no machine can run',
    text: scaledObject(cron).replace(
      'scaleTargetRef: { name: web }',
      'scaleTargetRef: { name: web, kind: StatefulSet }',
    ),
    want: /received StatefulSet of apps\/v1: only Deployments become processes/,
  },
  {
    name: 'an HPA name of 64 characters',
    text: scaledObject(cron, `{ name: ${'a'.repeat(55)} }`),
    want: /expected at most 63 characters for the name of the HPA/,
  },
  {
    name: 'a polling interval of 0',
    text: scaledObject(`  pollingInterval: 0${cron}`),
    want: /spec\.pollingInterval: expected a whole number >= 1, received the number 0/,
  },
  {
    name: 'a stabilization window beyond an hour',
    text: scaledObject(
      `  advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 3700 } } } }${cron}`,
    ),
    want: /stabilizationWindowSeconds: expected a whole number from 0 to 3600, received the number 3700/,
  },
  {
    name: 'a formula without its target',
    text: scaledObject(`  advanced: { scalingModifiers: { formula: a + 1 } }${cron}`),
    want: /spec\.advanced\.scalingModifiers\.target: expected a number > 0 in quotes/,
  },
  {
    name: 'fallback by formula without a formula',
    text: scaledObject(`  fallback: { failureThreshold: 3, replicas: 5, behavior: scalingModifiers }${cron}`),
    want: /spec\.fallback\.behavior: expected a formula/,
  },
  {
    name: 'cpu alone with zero replicas allowed, and no request to take a share of',
    text: scaledObject('  triggers: [{ type: cpu, metricType: Utilization, metadata: { value: "50" } }]'),
    want: /expected a cpu request or limit in container "main"[^]*cpu and memory alone can never wake a target/,
  },
  {
    name: 'cached metrics on cron',
    text: scaledObject('  triggers: [{ type: cron, useCachedMetrics: true, metadata: {} }]'),
    want: /useCachedMetrics: cron triggers cannot use cached metrics/,
  },
  { name: 'broken YAML', text: 'a: [1, 2\nb: }', want: /a\.yaml:2: not valid YAML/ },
  {
    name: 'no object at all',
    text: '- 1\n- 2',
    want: /a\.yaml:1: expected a Kubernetes object with apiVersion and kind, received a list/,
  },
];

for (const { name, text, want } of refused) {
  test(`refused: ${name}`, async () => {
    assert.match(await problemsOf(`${text.trimStart()}\n---${deployment('web')}`), want);
  });
}

test('all problems of all documents come at once', async () => {
  const message = await problemsOf(
    `${scaledObject(`  minReplicaCount: -1${cron}`)}\n---${scaledObject('  triggers: []', '{ name: other }')}\n---${deployment('web')}`,
  );
  assert.match(message, /^The manifests have 2 problems:\n/);
  assert.match(message, /minReplicaCount: expected a whole number >= 0, received the number -1/);
  assert.match(message, /at least one trigger/);
});

test('two ScaledObjects may not share a target', async () => {
  const message = await problemsOf(
    `${scaledObject(cron)}\n---${scaledObject(cron, '{ name: second }')}\n---${deployment('web')}`,
  );
  assert.match(message, /Deployment "web" is already scaled by ScaledObject "web" \(a\.yaml:2\)/);
});

test('idle 0 with an explicit minimum of 0 passes, as in KEDA', async () => {
  const set = await parse(
    `${scaledObject(`  minReplicaCount: 0\n  idleReplicaCount: 0${cron}`)}\n---${deployment('web')}`,
  );
  assert.equal(set.scaledObjects[0]?.idleReplicaCount, 0);
});

test('unknown kinds and settings without effect are warned about, with their lines', async () => {
  const set = await parse(
    `apiVersion: v1\nkind: Pod\nmetadata: { name: disk }\n---${scaledObject(`  minReplicaCount: 1\n  cooldownPeriod: 5${cron}`)}\n---${deployment('web')}`,
  );
  const lines = set.warnings.map(({ line, path }) => `${line} ${path}`);
  assert.deepEqual(lines, ['2 kind', '11 spec.cooldownPeriod']);
});

test('an alias bomb is refused instead of expanded', async () => {
  const levels = Array.from({ length: 12 }, (_, level) =>
    level === 0
      ? 'a0: &a0 [x]'
      : `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(',')}]`,
  );
  assert.match(await problemsOf(levels.join('\n')), /not usable YAML/);
});

test('probes, ports, annotations and environment arrive in the launch', async () => {
  const set = await parse(
    `${scaledObject(cron)}
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { MODE: fast, price: "$(HOME) 5$" }
---
apiVersion: v1
kind: Secret
metadata: { name: keys }
data: { token: c2VjcmV0 }
stringData: { plain: text }
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations: { sluice.dev/slots: "3", sluice.dev/hosts: "A.example, *.b.example", sluice.dev/path-prefix: /api }
spec:
  template:
    spec:
      terminationGracePeriodSeconds: 4
      containers:
        - name: main
          command: [server]
          args: [--port, $(PORT)]
          workingDir: data
          ports: [{ name: web, containerPort: 9000 }]
          envFrom: [{ configMapRef: { name: settings }, prefix: S_ }]
          env:
            - { name: A, value: one }
            - { name: B, value: "$(A)-$(C)" }
            - { name: C, value: two }
            - { name: TOKEN, valueFrom: { secretKeyRef: { name: keys, key: token } } }
            - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
            - { name: NONE, valueFrom: { secretKeyRef: { name: keys, key: absent, optional: true } } }
          readinessProbe:
            tcpSocket: { port: web }
            initialDelaySeconds: 1
            periodSeconds: 2
            timeoutSeconds: 3
            failureThreshold: 4
            successThreshold: 5`,
  );
  const [target] = toTargetSpecs(set);
  assert.ok(target);
  assert.deepEqual(target.deployment.hosts, ['a.example', '*.b.example']);
  assert.equal(target.deployment.pathPrefix, '/api');
  assert.equal(target.launch.slots, 3);
  assert.equal(target.launch.listens, 'port');
  assert.equal(target.launch.workingDir, 'data');
  assert.deepEqual(target.launch.readinessProbe, {
    action: { kind: 'tcp', port: 'serving' },
    initialDelayMs: 1000,
    periodMs: 2000,
    timeoutMs: 3000,
    failureThreshold: 4,
    successThreshold: 5,
  });
  assert.deepEqual(target.triggerEnvironment, {
    S_MODE: 'fast',
    S_price: '$(HOME) 5$',
    A: 'one',
    B: 'one-$(C)',
    C: 'two',
    TOKEN: 'secret',
    POD: '',
  });
});

const defaultTimes = {
  initialDelayMs: 0,
  periodMs: 10_000,
  timeoutMs: 1000,
  failureThreshold: 3,
  successThreshold: 1,
};
const probes: readonly { name: string; lines: string; want: Probe | null; warned?: readonly string[] }[] = [
  { name: 'none written', lines: '', want: null },
  { name: 'an empty key', lines: 'livenessProbe:', want: null },
  {
    name: 'a path on the named port, with the defaults of a cluster',
    lines: 'livenessProbe: { httpGet: { path: /healthz, port: web } }',
    want: {
      ...defaultTimes,
      action: { kind: 'http', path: '/healthz', port: 'serving', headers: {} },
    },
  },
  {
    name: 'a connection, with times of its own',
    lines:
      'livenessProbe: { tcpSocket: { port: 9001 }, initialDelaySeconds: 1, periodSeconds: 2, timeoutSeconds: 3, failureThreshold: 4, successThreshold: 1 }',
    want: {
      action: { kind: 'tcp', port: 9001 },
      initialDelayMs: 1000,
      periodMs: 2000,
      timeoutMs: 3000,
      failureThreshold: 4,
      successThreshold: 1,
    },
  },
  {
    name: 'a command',
    lines: 'livenessProbe: { exec: { command: [test, -e, alive] } }',
    want: { ...defaultTimes, action: { kind: 'exec', command: ['test', '-e', 'alive'] } },
  },
  {
    name: 'a startup probe beside it is said not to be run',
    lines:
      'startupProbe: { tcpSocket: { port: web } }\n          livenessProbe: { tcpSocket: { port: web } }',
    want: { ...defaultTimes, action: { kind: 'tcp', port: 'serving' } },
    warned: ['spec.template.spec.containers[0].startupProbe'],
  },
];

for (const { name, lines, want, warned = [] } of probes) {
  test(`the liveness probe of the launch: ${name}`, async () => {
    const ports = '          ports: [{ name: web, containerPort: 9000 }]';
    const set = await parse(`${scaledObject(cron)}\n---${deployment('web', `${ports}\n          ${lines}`)}`);
    assert.deepEqual(toTargetSpecs(set)[0]?.launch.livenessProbe, want);
    assert.deepEqual(
      set.warnings.map(({ path }) => path),
      warned,
    );
  });
}

const refusedProbes: readonly { name: string; probe: string; want: RegExp }[] = [
  {
    name: 'no action that is run here',
    probe: '{ grpc: { port: 9000 } }',
    want: /livenessProbe: expected httpGet, tcpSocket or exec/,
  },
  {
    name: 'two successes',
    probe: '{ tcpSocket: { port: 9000 }, successThreshold: 2 }',
    want: /livenessProbe\.successThreshold: expected 1, .* received 2/,
  },
  {
    name: 'a period of 0',
    probe: '{ tcpSocket: { port: 9000 }, periodSeconds: 0 }',
    want: /livenessProbe\.periodSeconds: expected a whole number >= 1, received the number 0/,
  },
];

for (const { name, probe, want } of refusedProbes) {
  test(`refused in a liveness probe: ${name}`, async () => {
    const text = `${scaledObject(cron)}\n---${deployment('web', `          livenessProbe: ${probe}`)}`;
    assert.match(await problemsOf(text), want);
  });
}

test('a missing ConfigMap key is an error with the place that wants it', async () => {
  const set = await parse(
    `${scaledObject(cron)}\n---${deployment('web', '          env: [{ name: A, valueFrom: { configMapKeyRef: { name: absent, key: a } } }]')}`,
  );
  assert.throws(() => toTargetSpecs(set), /there is no ConfigMap "absent" in namespace "default"/);
});

test('a folder is read with its sub-folders; a missing path and an empty folder say so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-manifests-'));
  try {
    await assert.rejects(loadManifests([folder]), /holds no \.yaml, \.yml or \.json file/);
    await mkdir(join(folder, 'deep'));
    await writeFile(join(folder, 'a.yaml'), scaledObject(cron));
    await writeFile(join(folder, 'deep', 'b.yml'), deployment('web'));
    await writeFile(join(folder, 'notes.txt'), 'not yaml: [');
    const set = await loadManifests([folder]);
    assert.equal(set.scaledObjects.length + set.deployments.length, 2);
    await assert.rejects(loadManifests([join(folder, 'absent')]), /There is no file or folder .*absent/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('what is wrong in a Secret is told without its values', async () => {
  const secret = (data: string): string =>
    `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: ${data}\n`;
  assert.match(
    await problemsOf(secret('{ pin: 4711 }')),
    /stringData\.pin: expected text, received a number\. Put it in quotes/,
  );
  assert.match(await problemsOf(secret('hunter2')), /stringData: expected a map, received a text$/);
});
