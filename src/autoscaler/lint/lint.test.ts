import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { builtInFile, builtInManifest } from '../manifests/built-in.ts';
import { applyFixes } from './apply-fixes.ts';
import { lint, objectRules } from './lint.ts';
import { nearestName } from './nearest-name.ts';
import { printFindings } from './print-findings.ts';
import { lintRules } from './rule-severities.ts';
import { toSarif } from './to-sarif.ts';

const lintText = (text: string) => lint([{ file: 'a.yaml', text }]);
const object = (spec: string, metadata = '{ name: web }'): string => `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: ${metadata}
spec:
  scaleTargetRef: { name: web }
${spec}
`;
const web = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers: [{ name: main, command: [serve], resources: { requests: { cpu: 100m, memory: 1Gi } } }]
---
apiVersion: v1
kind: Service
metadata: { name: front }
spec: { selector: { app: shop }, ports: [{ port: 80 }] }
`;
const trigger = (type: string, metadata: string, rest = ''): string =>
  `  triggers:\n    - type: ${type}\n      metadata: { ${metadata} }\n${rest}`;
const prometheus = (query: string, rest = ''): string =>
  trigger('prometheus', `serverAddress: "http://p", threshold: "5", query: '${query}'${rest}`);
const cron = trigger('cron', 'timezone: UTC, start: "0 8 * * *", end: "0 18 * * *", desiredReplicas: "20"');
const postgres =
  'query: q, targetQueryValue: "1", host: h, port: "1", userName: u, dbName: d, sslmode: disable';

/** A trigger whose authentication reads key `k` of a Secret with these data; null leaves the Secret out. */
const withSecret = (data: string | null): string => `${object(
  `${prometheus('up')}      authenticationRef: { name: a }`,
)}---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata: { name: a }
spec: { secretTargetRef: [{ parameter: token, name: s, key: k }] }
${data === null ? '' : `---\napiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: ${data}\n`}`;

test('the built-in manifest gets its honest findings', async () => {
  const findings = await lint([{ file: builtInFile, text: builtInManifest }]);
  assert.deepEqual(
    findings.map(({ line, rule, severity }) => `${line} ${severity} ${rule}`),
    [
      '4 note scale-in-unlimited',
      '10 warning ignore-null-values',
      '12 warning trigger-unknown-key',
      '15 warning activation-unreachable',
    ],
  );
  assert.match(findings[3]?.message ?? '', /it takes 121 requests within 2m/);
});

/** Each with a manifest that breaks the rule and one that does not. */
const tables: readonly { rule: string; line: number; bad: string; good: string }[] = [
  {
    rule: 'metric-vanishes-at-zero',
    line: 8,
    bad: object(prometheus('sum(rate(http_requests_total{job="front"}[2m]))')) + web,
    good: object(prometheus('sum(rate(nginx_ingress_controller_requests{service="front"}[2m]))')) + web,
  },
  {
    rule: 'metric-vanishes-at-zero',
    line: 8,
    bad: object(prometheus('avg(work{pod=~"web-.*"})')) + web,
    good: object(`  minReplicaCount: 1\n${prometheus('avg(work{pod=~"web-.*"})')}`) + web,
  },
  {
    rule: 'metrics-api-own-service',
    line: 8,
    bad:
      object(
        trigger('metrics-api', 'url: "http://front.default.svc/m", valueLocation: a, targetValue: "1"'),
      ) + web,
    good: object(trigger('metrics-api', 'url: "http://queue/m", valueLocation: a, targetValue: "1"')) + web,
  },
  {
    rule: 'activation-unreachable',
    line: 8,
    bad: object(prometheus('sum(increase(a[5m]))', ', activationThreshold: "1"')),
    good: object(prometheus('sum(rate(a[1m])) * 60', ', activationThreshold: "0.5"')),
  },
  {
    rule: 'activation-holds-back',
    line: 8,
    bad: object(trigger('kafka', 'bootstrapServers: "k:1", consumerGroup: g, activationLagThreshold: "5"')),
    good: object(trigger('kafka', 'bootstrapServers: "k:1", consumerGroup: g')),
  },
  {
    rule: 'redis-streams-pending',
    line: 8,
    bad: object(trigger('redis-streams', 'address: "r:1", stream: s, consumerGroup: g')),
    good: object(trigger('redis-streams', 'address: "r:1", stream: s, consumerGroup: g, lagCount: "5"')),
  },
  {
    rule: 'cpu-no-activation',
    line: 9,
    bad: object(`${cron}    - { type: cpu, metricType: Utilization, metadata: { value: "50" } }`) + web,
    good:
      object(
        `  minReplicaCount: 1\n${cron}    - { type: cpu, metricType: Utilization, metadata: { value: "50" } }`,
      ) + web,
  },
  {
    rule: 'idle-above-zero',
    line: 6,
    bad: object(`  idleReplicaCount: 1\n  minReplicaCount: 2\n${cron}`),
    good: object(`  idleReplicaCount: 0\n  minReplicaCount: 2\n${cron}`),
  },
  {
    rule: 'scale-in-unlimited',
    line: 4,
    bad: object(cron),
    good: object(
      `  advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { policies: [{ type: Pods, value: 1, periodSeconds: 60 }] } } } }\n${cron}`,
    ),
  },
  {
    rule: 'short-grace-period',
    line: 5,
    bad: object(cron) + web.replace('    spec:', '    spec:\n      terminationGracePeriodSeconds: 5'),
    good: object(cron) + web,
  },
  {
    rule: 'queue-work-cut-short',
    line: 7,
    bad: object(trigger('rabbitmq', 'host: "http://m", queueName: q')) + web,
    good:
      object(trigger('rabbitmq', 'host: "http://m", queueName: q')) +
      web.replace('    spec:', '    spec:\n      terminationGracePeriodSeconds: 600'),
  },
  {
    rule: 'fallback-integer-target',
    line: 7,
    bad: object(
      `  fallback: { failureThreshold: 3, replicas: 2 }\n  advanced: { scalingModifiers: { formula: a, target: "2.5" } }\n${cron.replace('- type', '- name: a\n      type')}`,
    ),
    good: object(
      `  fallback: { failureThreshold: 3, replicas: 2 }\n  advanced: { scalingModifiers: { formula: a, target: "25" } }\n${cron.replace('- type', '- name: a\n      type')}`,
    ),
  },
  {
    rule: 'fallback-to-zero',
    line: 6,
    bad: object(`  fallback: { failureThreshold: 3, replicas: 0 }\n${cron}`),
    good: object(`  fallback: { failureThreshold: 3, replicas: 1 }\n${cron}`),
  },
  {
    rule: 'fallback-never-fires',
    line: 8,
    bad: object(`  fallback: { failureThreshold: 3, replicas: 1 }\n${trigger('postgresql', postgres)}`),
    good: object(`  fallback: { failureThreshold: 3, replicas: 1 }\n${prometheus('up')}`),
  },
  {
    rule: 'fallback-never-fires',
    line: 8,
    bad: object(
      `  fallback: { failureThreshold: 1, replicas: 1 }\n${trigger('beanstalkd', 'server: "b:1", tube: t, value: "1"')}`,
    ),
    good: object(`  fallback: { failureThreshold: 0, replicas: 1 }\n${trigger('postgresql', postgres)}`),
  },
  {
    rule: 'ignore-null-values',
    line: 8,
    bad: object(prometheus('up')),
    good: object(prometheus('up', ', ignoreNullValues: "false"')),
  },
  {
    rule: 'secret-missing',
    line: 9,
    bad: withSecret('{ other: x }'),
    good: withSecret('{ k: x }'),
  },
  {
    rule: 'secret-unseen',
    line: 9,
    bad: withSecret(null),
    good: withSecret('{ k: x }'),
  },
  {
    rule: 'metric-vanishes-at-zero',
    line: 8,
    bad: object(prometheus('sum(rate(requests{job="web",service="x"}[2m]))')) + web,
    good: object(prometheus('sum(rate(requests{job="ingress-nginx",service="web"}[2m]))')) + web,
  },
  {
    rule: 'paused-changes-algorithm',
    line: 3,
    bad: object(cron, '{ name: web, annotations: { autoscaling.keda.sh/paused-scale-in: "true" } }'),
    good: object(cron, '{ name: web, annotations: { autoscaling.keda.sh/paused-scale-in: "false" } }'),
  },
  {
    rule: 'value-multiplies',
    line: 9,
    bad: object(`${prometheus('up')}      metricType: Value`),
    good: object(`${prometheus('up')}      metricType: AverageValue`),
  },
  { rule: 'cron-tolerance', line: 8, bad: object(cron), good: object(cron.replace('"20"', '"5"')) },
  {
    rule: 'unknown-field',
    line: 6,
    bad: object(`  cooldownperiod: 5\n${cron}`),
    good: object(`  cooldownPeriod: 5\n${cron}`),
  },
  {
    rule: 'here-trigger',
    line: 7,
    bad: object(trigger('predictkube', 'queryStep: 1m')),
    good: object(cron),
  },
  {
    rule: 'trigger-unknown-key',
    line: 8,
    bad: object(prometheus('up', ', activationTreshold: "1"')),
    good: object(prometheus('up', ', activationThreshold: "1"')),
  },
  {
    rule: 'trigger-unknown-type',
    line: 7,
    bad: object(trigger('mqtt', 'topic: a')),
    good: object(cron),
  },
  {
    rule: 'trigger-parameters',
    line: 8,
    bad: object(trigger('kafka', 'bootstrapServers: "k:1"')),
    good: object(trigger('kafka', 'bootstrapServers: "k:1", consumerGroup: g')),
  },
  {
    rule: 'formula-one-failure',
    line: 6,
    bad: object(
      `  advanced: { scalingModifiers: { formula: a + b, target: "2" } }\n${cron.replace('- type', '- name: a\n      type')}    - { type: kafka, name: b, metadata: { bootstrapServers: "k:1", consumerGroup: g } }`,
    ),
    good: object(
      `  fallback: { failureThreshold: 3, replicas: 2, behavior: scalingModifiers }\n  advanced: { scalingModifiers: { formula: a + (b ?? 0), target: "2" } }\n${cron.replace('- type', '- name: a\n      type')}    - { type: kafka, name: b, metadata: { bootstrapServers: "k:1", consumerGroup: g } }`,
    ),
  },
];

for (const { bad, good, line, rule } of tables) {
  test(`${rule}: said of what breaks it, at its line, and of nothing else`, async () => {
    const found = (await lintText(bad)).filter((finding) => finding.rule === rule);
    assert.deepEqual(
      found.map((finding) => finding.line),
      [line],
    );
    assert.deepEqual(
      (await lintText(good)).filter((finding) => finding.rule === rule),
      [],
    );
  });
}

test('every rule about objects has a case above', () => {
  const tested = new Set(tables.map(({ rule }) => rule));
  assert.deepEqual(
    objectRules.map(({ id }) => id).filter((id) => !tested.has(id)),
    [],
  );
});

test('every rule has a section in docs/lint.md, and every section a rule', () => {
  const page = readFileSync(new URL('../../../docs/lint.md', import.meta.url), 'utf8');
  const sections = [...page.matchAll(/^### (\S+)$/gm)].map(([, id = '']) => id);
  assert.deepEqual(sections.toSorted(), Object.keys(lintRules).toSorted());
});

test('every rule that speaks is known', async () => {
  for (const { bad } of tables) {
    for (const { docs, rule } of await lintText(bad)) {
      assert.ok(rule in lintRules, rule);
      assert.equal(docs, `docs/lint.md#${rule}`);
    }
  }
});

test('a value that may come from elsewhere is not called missing', async () => {
  const kafka = (rest: string): string => object(trigger('kafka', `consumerGroup: g${rest}`));
  const missing = async (text: string): Promise<number> =>
    (await lintText(text)).filter(({ rule }) => rule === 'trigger-parameters').length;
  assert.equal(await missing(kafka('')), 1);
  assert.equal(
    await missing(kafka(', bootstrapServersFromEnv: BROKERS')),
    0,
    'no Deployment among the files',
  );
  assert.equal(
    await missing(kafka(', bootstrapServersFromEnv: BROKERS') + web),
    1,
    'its environment is known',
  );
});

const messy = `# our shop
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: web   # the name
  annotations: { "autoscaling.keda.sh/paused-scale-in": "no" }
spec:
  scaleTargetRef: { name: web }
  minReplicaCount: 2 # never below
  cooldownPeriod: 60
  triggers:
    - type: prometheus
      metadata:
        serverAddress: http://prometheus:9090
        metricName: qps   # old
        query: up
        treshold: "5"
    - type: cpu
      metadata: { type: Utilization,   value: 60 }
`;

test('fixes change what they mean and nothing else', async () => {
  const findings = await lintText(messy);
  const { fixed, text } = await applyFixes(messy, findings);
  assert.equal(fixed.length, 6);
  const want = messy
    .replace('"no"', '"true"')
    .replace('  cooldownPeriod: 60\n', '')
    .replace('        metricName: qps   # old\n', '')
    .replace('treshold', 'threshold')
    .replace('    - type: cpu\n', '    - metricType: "Utilization"\n      type: cpu\n')
    .replace('type: Utilization,   value: 60', 'value: "60"');
  assert.equal(text, want);
  const again = await applyFixes(text, await lintText(text));
  assert.deepEqual([again.text, again.fixed], [text, []], 'a second round finds nothing to do');
});

test('fixes find their object in a List and behind other documents', async () => {
  const list = `kind: ConfigMap
apiVersion: v1
metadata: { name: first }
---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: { name: second }
  - apiVersion: keda.sh/v1alpha1
    kind: ScaledObject
    metadata: { name: web }
    spec:
      scaleTargetRef: { name: web }
      minReplicaCount: 1
      cooldownPeriod: 5
      triggers: [{ type: kafka, metadata: { bootstrapServers: "k:1", consumerGroup: g } }]
`;
  const { text } = await applyFixes(list, await lintText(list));
  assert.equal(text, list.replace('      cooldownPeriod: 5\n', ''));
});

test('a wrong value is given the one that was meant, where that can be told', async () => {
  const fixOf = async (type: string, metadata: string): Promise<string | null | undefined> => {
    const findings = await lintText(object(`  minReplicaCount: 1\n${trigger(type, metadata)}`));
    return findings.find(({ rule }) => rule === 'trigger-parameters')?.fix;
  };
  assert.equal(
    await fixOf('rabbitmq', 'host: "http://mq", queueName: q, mode: Queuelength, value: "1"'),
    'Write mode: QueueLength.',
  );
  assert.equal(
    await fixOf('rabbitmq', 'host: RabbitMqHost, queueName: q, mode: QueueLength, value: "1"'),
    'If that is the name of a variable of the container, write it under hostFromEnv.',
  );
  assert.equal(
    await fixOf('kafka', 'bootstrapServers: "k:1", topic: t, consumerGroup: g, offsetResetPolicy: newest'),
    'Correct offsetResetPolicy.',
  );
});

test('a key that is refused is not called ignored besides', async () => {
  const findings = await lintText(
    object(`  minReplicaCount: 1
  triggers:
    - type: datadog
      metricType: AverageValue
      metadata: { query: q, queryValue: "1", type: average, apiKey: a, appKey: b }`),
  );
  const about = findings.filter(({ path }) => path.endsWith('metadata.type'));
  assert.deepEqual(
    about.map(({ rule }) => rule),
    ['trigger-parameters'],
  );
});

test('files without any object are not praised; files with some are left in peace', async () => {
  const nothing = await lint([
    { file: 'a.yaml', text: '---\n# nothing\n' },
    { file: 'b.yaml', text: '' },
  ]);
  assert.deepEqual(
    nothing.map(({ file, message, rule }) => `${file} ${rule}: ${message}`),
    ['a.yaml nothing-read: These 2 files hold no object that lint reads.'],
  );
  assert.deepEqual(await lintText(web), []);
});

test('the nearest name is found within two letters, whatever its capitals', () => {
  const known = ['threshold', 'activationThreshold', 'query'];
  assert.equal(nearestName('treshold', known), 'threshold');
  assert.equal(nearestName('ActivationTHreshold', known), 'activationThreshold');
  assert.equal(nearestName('qeury', known), 'query');
  assert.equal(nearestName('limit', known), null);
  assert.equal(nearestName('q', known), null);
});

test('SARIF names every rule once and points at lines; people get sentences and a count', async () => {
  const findings = await lintText(messy);
  const { runs } = toSarif(findings, '1.2.3') as {
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: { ruleIndex: number; ruleId: string }[];
    }[];
  };
  const [run] = runs;
  assert.ok(run);
  for (const result of run.results) {
    assert.equal(run.tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
  }
  assert.match(
    printFindings(findings, 0),
    /a\.yaml:10: warning no-effect-cooldown: spec\.cooldownPeriod: has no effect/,
  );
  assert.match(printFindings([], 2), /^Nothing to complain about\. 2 fixed\.\n$/);
});

test('SARIF: places are URIs', () => {
  const at = (file: string): string =>
    /"uri":"([^"]*)"/.exec(
      JSON.stringify(
        toSarif(
          [
            {
              rule: 'schema',
              severity: 'error',
              file,
              line: 1,
              path: '',
              message: 'm',
              fix: null,
              docs: '',
              edits: [],
            },
          ],
          '1.2.3',
        ),
      ),
    )?.[1] ?? '';
  assert.equal(at('./k8s/a b#1 ü.yaml'), 'k8s/a%20b%231%20%C3%BC.yaml');
  assert.equal(at('/srv/a.yaml'), 'file:///srv/a.yaml');
});

test('rubbish of every kind gets findings with lines, and never an exception', async () => {
  const specs = [
    'null',
    '5',
    '[null]',
    '{ triggers: null }',
    '{ triggers: [null], scaleTargetRef: null }',
    '{ triggers: [{ type: constructor, metadata: { __proto__: a, toString: b } }], scaleTargetRef: { name: a } }',
    '{ triggers: [{ type: prometheus, metadata: { query: "a{job=~\\"(\\"}", 5: 6 } }], scaleTargetRef: { name: a } }',
    '{ triggers: [{ type: cpu, metadata: [1] }], scaleTargetRef: { name: 5 }, fallback: 3 }',
    '&a { x: *a }',
  ];
  let count = 0;
  for (const kind of [
    'ScaledObject',
    'ScaledJob',
    'TriggerAuthentication',
    'Deployment',
    'LimitRange',
    'constructor',
  ]) {
    for (const spec of specs) {
      const text = `apiVersion: keda.sh/v1alpha1\nkind: ${kind}\nmetadata: { name: a }\nspec: ${spec}\n`;
      const findings = await lintText(text);
      count += findings.length;
      assert.ok(findings.every(({ line }) => line >= 1));
      await applyFixes(text, findings);
    }
  }
  assert.ok(count > 60, `only ${count}`);
});
