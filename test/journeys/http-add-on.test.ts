// The objects of KEDA's HTTP add-on over real processes, as they stand on a cluster: the route takes the requests, its own
// count wakes and scales through an external-push trigger whose address leads nowhere here, silence brings zero.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually, startSluice } from '../support/sluice-process.ts';
import { targetStatus, untilZero } from './support/api.ts';
import { getAs } from './support/get-as.ts';

/** A program that says its name, after a while where it is asked for `/slow`; and its Service. */
const program = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: ${name}
          image: node
          command:
            - ${JSON.stringify(process.execPath)}
            - -e
            - |
              const answer = ({ url }, response) =>
                setTimeout(() => response.end('${name} ' + url), url === '/slow' ? 3000 : 0);
              require('node:http').createServer(answer).listen(process.env.PORT, '127.0.0.1');
              process.on('SIGTERM', () => process.exit(0));
          ports: [{ containerPort: 8000 }]
---
apiVersion: v1
kind: Service
metadata: { name: ${name}-service }
spec:
  selector: { app: ${name} }
  ports: [{ name: http, port: 80, targetPort: 8000 }]
---
`;

const interceptorRoute = (spec: string): string => `apiVersion: http.keda.sh/v1beta1
kind: InterceptorRoute
metadata: { name: shop }
spec:
  target: { service: web-service, portName: http }
  rules: [{ hosts: [shop.example], paths: [{ value: /shop }] }, { hosts: [slow.example] }]
${spec}
---
`;
const scaledObject = (name: string, rest: string): string => `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: ${name} }
spec:
  scaleTargetRef: { name: ${name} }
  pollingInterval: 1
  cooldownPeriod: 1
  maxReplicaCount: 3
${rest}
`;
const pushes = `  triggers:
    - type: external-push
      metadata:
        scalerAddress: keda-add-ons-http-external-scaler.keda:9090
        interceptorRoute: shop`;

for (const policy of ['keda', 'instant']) {
  test(`InterceptorRoute, policy ${policy}: held at 0, answered, more for more, 0 again`, async () => {
    const manifest =
      program('web') +
      interceptorRoute('  scalingMetric: { concurrency: { targetValue: 2 } }') +
      scaledObject('web', pushes);
    await using sluice = await startSluice({
      manifest,
      args: ['--policy', policy],
      env: { SLUICE_AUTOSCALER_HPA_SYNC_PERIOD_MS: '500' },
    });
    assert.equal((await targetStatus(sluice.adminUrl, 'web')).replicas.length, 0);

    const nowhere = await getAs(sluice.url, 'shop.example', '/elsewhere');
    assert.equal(nowhere.status, 404, 'only what a rule takes');
    assert.equal((await targetStatus(sluice.adminUrl, 'web')).arrivals, 0);

    const first = await getAs(sluice.url, 'shop.example', '/shop/a');
    assert.deepEqual(first, { status: 200, text: 'web /shop/a', cold: 'true' });
    const second = await getAs(sluice.url, 'shop.example', '/shop/b');
    assert.deepEqual(second, { status: 200, text: 'web /shop/b', cold: 'false' });

    // Six at once, two for each replica: held ones count as well.
    const many = Promise.all(Array.from({ length: 6 }, () => getAs(sluice.url, 'slow.example', '/slow')));
    await eventually('three replicas', async () => {
      const { desiredReplicas } = await targetStatus(sluice.adminUrl, 'web');
      return desiredReplicas === 3;
    });
    for (const { status, text } of await many) assert.deepEqual([status, text], [200, 'web /slow']);

    const { triggers } = await targetStatus(sluice.adminUrl, 'web');
    assert.deepEqual(
      triggers.map(({ error, name, threshold }) => ({ error, name, threshold })),
      [{ error: null, name: 's0-http_shop_concurrency', threshold: 2 }],
    );
    await untilZero(sluice.adminUrl, 'web');
    assert.equal(sluice.log().match(/"external-scaler-embedded"/g)?.length, 1, 'said once');
  });
}

test('HTTPScaledObject: alone it is ScaledObject and route', async () => {
  const manifest = `${program('web')}apiVersion: http.keda.sh/v1alpha1
kind: HTTPScaledObject
metadata: { name: shop }
spec:
  hosts: [shop.example]
  pathPrefixes: [/shop]
  scaleTargetRef: { name: web, service: web-service, port: 80 }
  replicas: { min: 0, max: 2 }
  scaledownPeriod: 1
  scalingMetric: { requestRate: { targetValue: 5, window: 2s } }
`;
  await using sluice = await startSluice({ manifest, args: ['--policy', 'keda'] });
  const first = await getAs(sluice.url, 'shop.example', '/shop');
  assert.deepEqual(first, { status: 200, text: 'web /shop', cold: 'true' });
  const { maxReplicas, triggers } = await targetStatus(sluice.adminUrl, 'web');
  assert.equal(maxReplicas, 2);
  assert.deepEqual(
    triggers.map(({ name, threshold }) => ({ name, threshold })),
    [{ name: 's0-http-default_002Fshop', threshold: 5 }],
  );
});

test('a route sleeps behind its page, its health check wakes nobody, and a fallback answers for one that cannot start', async () => {
  const page = `apiVersion: v1
kind: ConfigMap
metadata: { name: page, labels: { http.keda.sh/response-body: "true" } }
data: { index.html: "<p>soon" }
---
`;
  const broken = program('broken').replace(/^ +command:\n(?: {12}.*\n)+/m, '          command: ["false"]\n');
  const fallback = `apiVersion: http.keda.sh/v1beta1
kind: InterceptorRoute
metadata: { name: broken }
spec:
  target: { service: broken-service, port: 80 }
  rules: [{ hosts: [broken.example] }]
  scalingMetric: { concurrency: { targetValue: 2 } }
  coldStart: { fallback: { service: { name: web-service, port: 80 } } }
  timeouts: { readiness: 200ms }
---
`;
  const manifest =
    page +
    program('web') +
    broken +
    fallback +
    interceptorRoute(`  scalingMetric: { concurrency: { targetValue: 2 } }
  coldStart:
    placeholder:
      response: { headers: { Refresh: "1" }, bodyFromConfigMap: { name: page, key: index.html } }
  staticRoutes:
    - rules: [{ paths: [{ value: /shop/healthz }] }]
      response: { statusCode: 200, body: OK }`) +
    scaledObject('web', pushes) +
    '---\n' +
    scaledObject('broken', pushes.replace(': shop', ': broken'));
  await using sluice = await startSluice({ manifest, args: ['--policy', 'keda'] });

  const health = await getAs(sluice.url, 'shop.example', '/shop/healthz');
  assert.deepEqual([health.status, health.text], [200, 'OK']);
  assert.equal((await targetStatus(sluice.adminUrl, 'web')).arrivals, 0);

  const soon = await getAs(sluice.url, 'shop.example', '/shop');
  assert.deepEqual([soon.status, soon.text], [503, '<p>soon']);
  await eventually('the page to have woken the target', async () => {
    const { status } = await getAs(sluice.url, 'shop.example', '/shop');
    return status === 200;
  });
  const instead = await getAs(sluice.url, 'broken.example', '/x');
  assert.deepEqual([instead.status, instead.text], [200, 'web /x']);
});
