import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectManifests } from './collect-manifests.ts';
import { describeProblem } from './manifest-problem.ts';

const cron = `
  triggers:
    - type: cron
      name: hours
      metadata: { timezone: UTC, start: "0 8 * * *", end: "0 18 * * *", desiredReplicas: "2" }`;
const cpu = '{ type: cpu, metricType: Utilization, metadata: { value: "60" } }';
const object = (spec: string, metadata = '{ name: web }', target = '{ name: web }'): string =>
  `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: ${metadata}\nspec:\n  scaleTargetRef: ${target}\n${spec}\n---\n`;
const deployment = (resources = '{}', extra = ''): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: a, command: [a], resources: ${resources} }${extra}] } } }\n---\n`;
const podDeployment = (resources: string): string =>
  deployment().replace('containers:', `resources: ${resources}, containers:`);
const hpa = (metadata: string, name = 'web'): string =>
  `apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { ${metadata} }\nspec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: ${name} }, maxReplicas: 3 }\n---\n`;
const limits = (type: string): string =>
  `apiVersion: v1\nkind: LimitRange\nmetadata: { name: l }\nspec: { limits: [{ type: ${type}, defaultRequest: { cpu: 100m } }] }\n---\n`;
const job = (spec: string): string =>
  `apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nmetadata: { name: batch }\nspec:\n${spec}\n---\n`;
const jobTarget = '  jobTargetRef: { template: { spec: { containers: [{ name: a, command: [a] }] } } }';
const authentication = (spec: string, kind = 'TriggerAuthentication'): string =>
  `apiVersion: keda.sh/v1alpha1\nkind: ${kind}\nmetadata: { name: auth }\nspec: ${spec}\n---\n`;
const modifiers = (text: string): string => `  advanced: { scalingModifiers: { ${text} } }${cron}`;
const ownership = '"scaledobject.keda.sh/transfer-hpa-ownership": "true"';

/** `want`: rules of KEDA's that are broken, without those of this machine; with patterns of their messages. */
const tables: readonly { name: string; text: string; want: Readonly<Record<string, RegExp>> }[] = [
  {
    name: 'an HPA of somebody else',
    text: object(cron) + hpa('name: mine'),
    want: { 'keda-foreign-hpa': /already scaled by the HPA "mine" \(a\.yaml:\d+\)/ },
  },
  { name: 'an HPA on another target', text: object(cron) + hpa('name: mine', 'other'), want: {} },
  { name: 'an HPA in another namespace', text: object(cron) + hpa('name: mine, namespace: other'), want: {} },
  {
    name: 'the HPA that KEDA made for it',
    text: object(cron) + hpa('name: keda-hpa-web, ownerReferences: [{ kind: ScaledObject, name: web }]'),
    want: {},
  },
  {
    name: 'an HPA that gives up its claim',
    text: object(cron) + hpa('name: mine, annotations: { validations.keda.sh/hpa-ownership: "false" }'),
    want: {},
  },
  {
    name: 'the claim given up on the wrong object',
    text:
      object(cron, '{ name: web, annotations: { validations.keda.sh/hpa-ownership: "false" } }') +
      hpa('name: mine'),
    want: { 'keda-foreign-hpa': /adopt it/ },
  },
  {
    name: 'an HPA taken over by its name',
    text:
      object(
        `  advanced: { horizontalPodAutoscalerConfig: { name: mine } }${cron}`,
        `{ name: web, annotations: { ${ownership} } }`,
      ) + hpa('name: mine'),
    want: {},
  },
  {
    name: 'an HPA taken over without its name',
    text: object(cron, `{ name: web, annotations: { ${ownership} } }`) + hpa('name: mine'),
    want: { 'keda-foreign-hpa': /adopt it/ },
  },
  {
    name: 'two objects on one target',
    text: object(cron) + object(cron, '{ name: second }'),
    want: { 'keda-one-owner': /already scaled by ScaledObject "web" \(a\.yaml:1\)/ },
  },
  {
    name: 'two objects on targets of one name and two kinds',
    text: object(cron) + object(cron, '{ name: second }', '{ name: web, kind: StatefulSet }'),
    want: {},
  },
  {
    name: 'two objects with one HPA',
    text:
      object(`  advanced: { horizontalPodAutoscalerConfig: { name: h } }${cron}`) +
      object(
        `  advanced: { horizontalPodAutoscalerConfig: { name: h } }${cron}`,
        '{ name: second }',
        '{ name: other }',
      ),
    want: { 'keda-one-owner': /HPA "h" already belongs to ScaledObject "web"/ },
  },
  {
    name: 'cpu without the workload',
    text: object(`${cron}\n    - ${cpu}`),
    want: { 'keda-requests-unseen': /expected Deployment "web" among the manifests/ },
  },
  {
    name: 'cpu without a request',
    text: object(`${cron}\n    - ${cpu}`) + deployment(),
    want: { 'keda-requests': /expected a cpu request or limit in container "a"/ },
  },
  {
    name: 'cpu with a limit only',
    text: object(`${cron}\n    - ${cpu}`) + deployment('{ limits: { cpu: 1 } }'),
    want: {},
  },
  {
    name: 'cpu with a request of 0',
    text: object(`${cron}\n    - ${cpu}`) + deployment('{ requests: { cpu: 0m } }'),
    want: { 'keda-requests': /found none/ },
  },
  {
    name: 'cpu with a request of 0 and a limit',
    text: object(`${cron}\n    - ${cpu}`) + deployment('{ requests: { cpu: 0m }, limits: { cpu: 1 } }'),
    want: {},
  },
  {
    name: 'cpu with a request of the pod as a whole',
    text: object(`${cron}\n    - ${cpu}`) + podDeployment('{ requests: { cpu: 1 } }'),
    want: {},
  },
  {
    name: 'cpu with a limit of the pod as a whole',
    text: object(`${cron}\n    - ${cpu}`) + podDeployment('{ limits: { cpu: 1 } }'),
    want: {},
  },
  {
    name: 'cpu with a request of 0 of the pod as a whole',
    text: object(`${cron}\n    - ${cpu}`) + podDeployment('{ requests: { cpu: 0 } }'),
    want: { 'keda-requests': /in container "a" of Deployment "web" or of its pods, found none/ },
  },
  {
    name: 'cpu with a request of the pod for memory only',
    text: object(`${cron}\n    - ${cpu}`) + podDeployment('{ requests: { memory: 1Gi } }'),
    want: { 'keda-requests': /found none/ },
  },
  {
    name: 'cpu of one container, for which the pod does not ask',
    text:
      object(
        `${cron}\n    - { type: cpu, metricType: Utilization, metadata: { value: "60", containerName: a } }`,
      ) + podDeployment('{ requests: { cpu: 1 } }'),
    want: { 'keda-requests': /in container "a" of Deployment "web", found none/ },
  },
  {
    name: 'cpu of one container, which has a request',
    text:
      object(
        `${cron}\n    - { type: cpu, metricType: Utilization, metadata: { value: "60", containerName: a } }`,
      ) + deployment('{ requests: { cpu: 1 } }', ', { name: b }'),
    want: {},
  },
  {
    name: 'cpu with a default of the namespace',
    text: object(`${cron}\n    - ${cpu}`) + deployment() + limits('Container'),
    want: {},
  },
  {
    name: 'cpu with a default of whole pods',
    text: object(`${cron}\n    - ${cpu}`) + deployment() + limits('Pod'),
    want: { 'keda-requests': /found none/ },
  },
  {
    name: 'cpu alone and zero',
    text: object(`  triggers: [${cpu}]`) + deployment('{ requests: { cpu: 1 } }'),
    want: { 'keda-resource-only-zero': /can never wake a target from 0/ },
  },
  {
    name: 'cpu alone on a kind that nobody knows',
    text: object(
      `  triggers: [${cpu}]`,
      undefined,
      '{ name: web, kind: Rollout, apiVersion: argoproj.io/v1alpha1 }',
    ),
    want: {},
  },
  {
    name: 'a formula with a name that no trigger has',
    text: object(modifiers('formula: hour, target: "1"')),
    want: { 'keda-scaling-modifiers': /"hour".*known: hours/ },
  },
  {
    name: 'a formula that does not parse',
    text: object(modifiers('formula: "hours +", target: "1"')),
    want: { 'keda-scaling-modifiers': /formula/i },
  },
  {
    name: 'a formula whose trial gives no float',
    text: object(modifiers('formula: "float(hours) > 1 ? 5 : 2", target: "1"')),
    want: { 'keda-scaling-modifiers': /no float/ },
  },
  {
    name: 'a target of 0',
    text: object(modifiers('formula: hours, target: "0"')),
    want: { 'keda-scaling-modifiers': /expected a number > 0 in quotes, received "0"/ },
  },
  {
    name: 'an activation that is no number',
    text: object(modifiers('formula: hours, target: "1", activationTarget: much')),
    want: { 'keda-scaling-modifiers': /received "much"/ },
  },
  {
    name: 'modifiers as a percentage',
    text: object(modifiers('formula: hours, target: "1", metricType: Utilization')),
    want: { 'keda-scaling-modifiers': /received Utilization/ },
  },
  { name: 'an empty section of modifiers', text: object(modifiers('')), want: {} },
  {
    name: 'a negative fallback',
    text: object(`  fallback: { failureThreshold: 3, replicas: -1 }${cron}`),
    want: { schema: /expected a whole number >= 0, received the number -1/ },
  },
  {
    name: 'fallback with cpu alone',
    text:
      object(`  minReplicaCount: 1\n  fallback: { failureThreshold: 3, replicas: 1 }\n  triggers: [${cpu}]`) +
      deployment('{ requests: { cpu: 1 } }'),
    want: { 'keda-fallback': /at least one trigger other than cpu and memory/ },
  },
  {
    name: 'paused at a word',
    text: object(cron, '{ name: web, annotations: { autoscaling.keda.sh/paused-replicas: two } }'),
    want: { 'keda-paused-replicas': /whole number of replicas, received "two"/ },
  },
  { name: 'a ScaledJob', text: job(`${jobTarget}${cron}`), want: {} },
  {
    name: 'a ScaledJob without a job',
    text: job(cron),
    want: { schema: /expected the spec of a Job, received nothing/ },
  },
  {
    name: 'a ScaledJob with a calculation nobody knows',
    text: job(`${jobTarget}\n  scalingStrategy: { multipleScalersCalculation: median }${cron}`),
    want: { schema: /expected one of max, min, avg, sum, received the text "median"/ },
  },
  {
    name: 'a ScaledJob with a percentage as a number',
    text: job(`${jobTarget}\n  scalingStrategy: { customScalingRunningJobPercentage: 0.5 }${cron}`),
    want: { schema: /in quotes/ },
  },
  {
    name: 'a ScaledJob with a metricType',
    text: job(`${jobTarget}\n  triggers: [{ type: kafka, metricType: Value, metadata: {} }]`),
    want: { 'scaled-job-triggers': /a ScaledJob has no HPA/ },
  },
  {
    name: 'a ScaledJob with two triggers of one name',
    text: job(
      `${jobTarget}\n  triggers: [{ type: kafka, name: a, metadata: {} }, { type: kafka, name: a, metadata: {} }]`,
    ),
    want: { 'keda-trigger-names': /already the name of trigger 0/ },
  },
  {
    name: 'an identity without an id',
    text: authentication('{ podIdentity: { provider: azure-workload, identityId: "" } }'),
    want: { 'keda-authentication': /received an empty text/ },
  },
  {
    name: 'a role and the role of the workload',
    text: authentication('{ podIdentity: { provider: aws, roleArn: r, identityOwner: workload } }'),
    want: { 'keda-authentication': /cannot be given together/ },
  },
  {
    name: 'an external id without its role',
    text: authentication('{ podIdentity: { provider: aws, externalID: e } }'),
    want: { 'keda-authentication': /needs roleArn/ },
  },
  {
    name: 'an identity nobody provides',
    text: authentication('{ podIdentity: { provider: ibm } }'),
    want: { schema: /expected one of none, azure-workload, aws, aws-eks, gcp, received "ibm"/ },
  },
  {
    name: 'OAuth2 without a URL',
    text: authentication('{ oauth2: { clientId: c, tokenUrl: token } }'),
    want: { 'keda-authentication': /expected a URL, received "token"/ },
  },
  {
    name: 'a file outside of the cluster kind',
    text: authentication('{ filePath: /a }'),
    want: { 'keda-authentication': /only a ClusterTriggerAuthentication/ },
  },
  {
    name: 'a secret that is not encoded',
    text: 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\ndata: { a: "not base64!" }\n',
    want: { schema: /expected base64; write plain text under stringData/ },
  },
  {
    name: 'a Service with a port of 0',
    text: 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { ports: [{ port: 0 }] }\n',
    want: { schema: /from 1 to 65535, received the number 0/ },
  },
  {
    name: 'an HPA without a target',
    text: 'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: h }\nspec: { maxReplicas: 3 }\n',
    want: { schema: /expected a map, received nothing/ },
  },
];

for (const { name, text, want } of tables) {
  test(`${Object.keys(want).length > 0 ? 'refused' : 'admitted'}: ${name}`, async () => {
    const { problems } = await collectManifests([{ file: 'a.yaml', text }]);
    const broken = problems.filter(({ rule }) => !rule.startsWith('here-'));
    const messages = broken.map(describeProblem).join('\n');
    assert.deepEqual([...new Set(broken.map(({ rule }) => rule))], Object.keys(want), messages);
    for (const pattern of Object.values(want)) assert.match(messages, pattern);
    for (const { line, path } of broken) assert.ok(line >= 1 && path !== '', messages);
  });
}

const polling = '  minReplicaCount: 1\n  pollingInterval: 5\n';
const warned: readonly { name: string; text: string; want: readonly string[] }[] = [
  { name: 'pollingInterval without effect', text: object(polling + cron), want: ['no-effect-polling'] },
  {
    name: 'pollingInterval with cached metrics',
    text: object(
      `${polling}  triggers: [{ type: kafka, useCachedMetrics: true, metadata: { bootstrapServers: "k:1", consumerGroup: g } }]`,
    ),
    want: [],
  },
  {
    name: 'pollingInterval with a formula, which each poll computes',
    text: object(`${polling}${modifiers('formula: hours + 1, target: "2"')}`),
    want: [],
  },
  {
    name: 'pollingInterval with an idle count',
    text: object(`  idleReplicaCount: 0\n${polling}${cron}`),
    want: [],
  },
  {
    name: 'a percentage of running jobs that is no number',
    text: job(
      `${jobTarget}\n  scalingStrategy: { strategy: custom, customScalingRunningJobPercentage: "1.5abc" }${cron}`,
    ),
    want: ['scaled-job-percentage'],
  },
  {
    name: 'percentages of running jobs',
    text: ['', '0', '0.5', '1.0']
      .map((text) =>
        job(
          `${jobTarget}\n  scalingStrategy: { strategy: custom, customScalingRunningJobPercentage: "${text}" }${cron}`,
        ).replace('batch', `batch${text.length}`),
      )
      .join('---\n'),
    want: [],
  },
];
for (const { name, text, want } of warned) {
  test(`warned of: ${name}`, async () => {
    const { set } = await collectManifests([{ file: 'a.yaml', text }]);
    const found = set.warnings.filter(({ rule }) => !rule.startsWith('here-'));
    assert.deepEqual(
      found.map(({ rule }) => rule),
      want,
    );
  });
}

test('sources of secrets that only a cluster has are named, and refused only here', async () => {
  const text = authentication('{ hashiCorpVault: { address: a }, podIdentity: { provider: aws } }');
  const { problems } = await collectManifests([{ file: 'a.yaml', text }]);
  assert.deepEqual(
    problems.map(({ rule }) => rule),
    ['here-secrets', 'here-secrets'],
  );
  assert.match(problems[0]?.message ?? '', /^HashiCorp Vault: only a cluster reads this/);
});

test('numbers without quotes are complained about, and the rest is looked at all the same', async () => {
  const text = object(`  minReplicaCount: 5\n  maxReplicaCount: 2${cron.replace('"2"', '2')}`);
  const { problems } = await collectManifests([{ file: 'a.yaml', text }]);
  assert.deepEqual(
    problems.map(({ line, rule }) => `${line} ${rule}`),
    ['11 schema', '6 keda-bounds', '5 here-target'],
  );
});

test('here two Deployments of one name are told apart by nothing: both places are named', async () => {
  const both = (namespace: string): string =>
    (deployment() + object(cron)).replaceAll(
      'name: web }\nspec',
      `name: web, namespace: ${namespace} }\nspec`,
    );
  const { problems } = await collectManifests([
    { file: 'shop.yaml', text: both('shop') },
    { file: 'blog.yaml', text: both('blog') },
  ]);
  assert.deepEqual(
    problems.map(({ file, path, rule }) => [file, path, rule]),
    [['blog.yaml', 'spec.scaleTargetRef.name', 'here-target']],
  );
  assert.match(
    problems[0]?.message ?? '',
    /"web" of namespace "blog" \(blog\.yaml:1\) beside that of namespace "shop" \(shop\.yaml:1\)/,
  );
});

test('a Deployment of the same name that nothing scales is in nobody’s way', async () => {
  const { problems } = await collectManifests([
    { file: 'a.yaml', text: deployment() + object(cron) },
    { file: 'b.yaml', text: deployment().replace('name: web }', 'name: web, namespace: blog }') },
  ]);
  assert.deepEqual(problems, []);
});

test('a ScaledJob has defaults', async () => {
  const { set } = await collectManifests([{ file: 'a.yaml', text: job(`${jobTarget}${cron}`) }]);
  const [spec] = set.scaledJobs;
  assert.deepEqual(
    [spec?.pollingIntervalMs, spec?.successfulJobsHistoryLimit, spec?.maxReplicaCount, spec?.minReplicaCount],
    [30_000, 100, 100, null],
  );
  assert.deepEqual(
    [spec?.scalingStrategy.strategy, spec?.scalingStrategy.multipleScalersCalculation],
    ['default', 'max'],
  );
});
