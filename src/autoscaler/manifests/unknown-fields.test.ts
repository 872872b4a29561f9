import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectManifests } from './collect-manifests.ts';

const cron =
  '{ type: cron, metadata: { timezone: UTC, start: "0 8 * * *", end: "0 18 * * *", desiredReplicas: "2" } }';
const object = (spec: string): string =>
  `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: web, uid: a }\nspec: { scaleTargetRef: { name: web }, ${spec} }\n`;
const job = (spec: string): string =>
  `apiVersion: keda.sh/v1alpha1\nkind: ScaledJob\nmetadata: { name: batch }\nspec: { jobTargetRef: { parallelism: 1, template: { spec: { restartPolicy: Never, containers: [{ name: a, command: [a], tty: true }] } } }, triggers: [${cron}], ${spec} }\n`;
const authentication = (spec: string): string =>
  `apiVersion: keda.sh/v1alpha1\nkind: TriggerAuthentication\nmetadata: { name: auth }\nspec: ${spec}\n`;

const rows: readonly {
  readonly name: string;
  readonly text: string;
  readonly want: Readonly<Record<string, RegExp>>;
}[] = [
  { name: 'nothing unknown', text: object(`cooldownPeriod: 5, triggers: [${cron}]`), want: {} },
  {
    name: 'a misspelt field of a ScaledObject',
    text: object(`coolDownPeriod: 5, triggers: [${cron}]`),
    want: { 'spec.coolDownPeriod': /drops it without a word\. Did you mean cooldownPeriod\?$/ },
  },
  {
    name: 'no hint to a field that is written already',
    text: object(`cooldownPeriods: 5, cooldownPeriod: 5, triggers: [${cron}]`),
    want: { 'spec.cooldownPeriods': /drops it without a word\.$/ },
  },
  {
    name: 'deep inside, one warning a field',
    text: object(
      `advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSecond: 5 } } } }, fallback: { failureThreshold: 1, replica: 2, replicas: 1 }, triggers: [${cron}, { type: cpu, metricTyp: Utilization, metadata: { value: "5", anything: "goes" } }]`,
    ),
    want: {
      'spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.stabilizationWindowSecond':
        /Did you mean stabilizationWindowSeconds\?/,
      'spec.fallback.replica': /"replica"/,
      'spec.triggers[1].metricTyp': /Did you mean metricType\?/,
    },
  },
  {
    name: 'a ScaledJob, but not the pods of its jobs',
    text: job('scalingStrategy: { strateg: accurate }, rollout: { strategy: gradual }'),
    want: { 'spec.scalingStrategy.strateg': /Did you mean strategy\?/ },
  },
  {
    name: 'an authentication, with the sources that only a cluster has',
    text: authentication(
      '{ hashiCorpVault: { address: a }, podIdentity: { provider: azure-workload, identityId: i, identityTenantId: t }, secretTargetRefs: [] }',
    ),
    want: { 'spec.secretTargetRefs': /Did you mean secretTargetRef\?/ },
  },
  { name: 'a spec that is no map is left to the schema', text: authentication('5'), want: {} },
];
for (const { name, text, want } of rows) {
  test(`unknown fields: ${name}`, async () => {
    const { set } = await collectManifests([{ file: 'a.yaml', text }]);
    const found = set.warnings.filter(({ rule }) => rule === 'unknown-field');
    assert.deepEqual(
      found.map(({ path }) => path),
      Object.keys(want),
    );
    for (const { message, path } of found) assert.match(message, want[path] ?? /^$/);
  });
}
