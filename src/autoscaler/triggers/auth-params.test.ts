import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { collectManifests } from '../manifests/collect-manifests.ts';
import { toTargetSpecs } from '../manifests/target-spec.ts';
import { resolveAuthParams } from './auth-params.ts';

const trigger = (kind: string): string => `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web, namespace: shop }
spec:
  scaleTargetRef: { name: web }
  triggers: [{ type: redis, metadata: { listName: l }, authenticationRef: { name: a, kind: ${kind} } }]
---`;
const secret = (namespace: string, value: string): string => `
apiVersion: v1
kind: Secret
metadata: { name: s, namespace: ${namespace} }
stringData: { key: ${value} }
---`;

async function paramsOf(text: string, file = 'a.yaml', environment = { USER: 'from-env', PASS: 'from-env' }) {
  const { problems, set } = await collectManifests([{ file, text }]);
  assert.deepEqual(
    problems.filter(({ rule }) => !rule.startsWith('here-')),
    [],
  );
  const [object] = set.scaledObjects;
  assert.ok(object?.triggers[0]);
  return resolveAuthParams(object.triggers[0], object.namespace, set, environment);
}

test('secrets win over config maps, config maps over the environment; what is missing is empty', async () => {
  const params = await paramsOf(`${trigger('TriggerAuthentication')}${secret('shop', 'from-secret')}
apiVersion: v1
kind: ConfigMap
metadata: { name: c, namespace: shop }
data: { key: from-map }
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata: { name: a, namespace: shop }
spec:
  secretTargetRef:
    - { parameter: password, name: s, key: key }
    - { parameter: lost, name: s, key: absent }
    - { parameter: gone, name: absent, key: key }
  configMapTargetRef:
    - { parameter: password, name: c, key: key }
    - { parameter: host, name: c, key: key }
  env:
    - { parameter: username, name: USER }
    - { parameter: host, name: PASS }
    - { parameter: none, name: ABSENT }
`);
  assert.deepEqual(params, {
    username: 'from-env',
    none: '',
    host: 'from-map',
    password: 'from-secret',
    lost: '',
    gone: '',
  });
});

const cluster = (spec: string): string => `
apiVersion: keda.sh/v1alpha1
kind: ClusterTriggerAuthentication
metadata: { name: a }
spec: ${spec}
`;

test("the cluster kind reads KEDA's own namespace", async () => {
  const params = await paramsOf(
    `${trigger('ClusterTriggerAuthentication')}${secret('shop', 'wrong')}${secret('keda', 'right')}${cluster('{ secretTargetRef: [{ parameter: password, name: s, key: key }] }')}`,
  );
  assert.deepEqual(params, { password: 'right' });
});

test('a file lies beneath the others, and a bad one says so without its text', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-'));
  try {
    const text = `${trigger('ClusterTriggerAuthentication')}${cluster('{ filePath: secrets.json, env: [{ parameter: username, name: USER }] }')}`;
    const manifest = join(folder, 'a.yaml');
    await assert.rejects(
      paramsOf(text, manifest),
      /secrets\.json .*: expected a JSON object of texts, but there is no such file/,
    );
    writeFileSync(join(folder, 'secrets.json'), '{"password":"p","username":"from-file"}');
    assert.deepEqual(await paramsOf(text, manifest), { password: 'p', username: 'from-env' });
    writeFileSync(join(folder, 'secrets.json'), 'hunter2');
    await assert.rejects(paramsOf(text, manifest), (error: Error) => !error.message.includes('hunter2'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('no reference, or one that leads nowhere, gives nothing', async () => {
  assert.deepEqual(await paramsOf(trigger('TriggerAuthentication')), {});
});

test('a variable of another container is asked of that container', async () => {
  const { set } = await collectManifests([
    {
      file: 'a.yaml',
      text: `${trigger('TriggerAuthentication')}
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata: { name: a, namespace: shop }
spec: { env: [{ parameter: username, name: USER, containerName: sidecar }, { parameter: host, name: USER }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    spec:
      containers:
        - { name: main, command: [serve], env: [{ name: USER, value: ours }] }
        - { name: sidecar, env: [{ name: USER, value: theirs }] }
`,
    },
  ]);
  const [target] = toTargetSpecs(set);
  const [spec] = set.scaledObjects;
  assert.ok(target && spec?.triggers[0]);
  const params = resolveAuthParams(
    spec.triggers[0],
    'shop',
    set,
    target.triggerEnvironment,
    target.containerEnvironments,
  );
  assert.deepEqual(params, { username: 'theirs', host: 'ours' });
});
