import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRouteSpecs } from '../../autoscaler/manifests/interceptor-route-specs.ts';
import { toTargetSpecs } from '../../autoscaler/manifests/target-spec.ts';
import { parseManifests } from '../../autoscaler/manifests/parse-manifests.ts';
import { createRouter } from '../../gateway/route/create-router.ts';
import { routesOf } from './routes-of.ts';

const spec = (name: string, hosts: readonly string[] = [], pathPrefix = '/') => ({
  name,
  deployment: { hosts, pathPrefix },
});

const cases: readonly {
  name: string;
  specs: readonly ReturnType<typeof spec>[];
  host: string;
  path: string;
  want: string | null;
}[] = [
  {
    name: 'one target takes every host',
    specs: [spec('a')],
    host: 'anything.example',
    path: '/x',
    want: 'a',
  },
  {
    name: 'a target with hosts takes only those',
    specs: [spec('a', ['a.example'])],
    host: 'b.example',
    path: '/',
    want: null,
  },
  {
    name: 'several targets are told apart by name',
    specs: [spec('a'), spec('b')],
    host: 'b.localhost:8080',
    path: '/',
    want: 'b',
  },
  {
    name: 'several targets are told apart by prefix',
    specs: [spec('a', [], '/a'), spec('b', [], '/b')],
    host: 'x',
    path: '/b/c',
    want: 'b',
  },
  {
    name: 'no target has this name',
    specs: [spec('a'), spec('b')],
    host: 'c.localhost',
    path: '/',
    want: null,
  },
];

for (const { name, specs, host, path, want } of cases) {
  test(name, () => {
    const route = createRouter(routesOf(specs, []));
    const ask = (): string => route({ host, path, header: () => [] }).target;
    if (want === null) assert.throws(ask);
    else assert.equal(ask(), want);
  });
}

const routed = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: main, command: [python3] }] } } }
---
apiVersion: http.keda.sh/v1alpha1
kind: HTTPScaledObject
metadata: { name: shop }
spec:
  hosts: [shop.example]
  scaleTargetRef: { name: web, service: web, port: 80 }
`;

test('a target with routes of the HTTP add-on gets what they say and nothing else', async () => {
  const set = await parseManifests([{ file: 'a.yaml', text: routed }]);
  const route = createRouter(routesOf([spec('web', ['other.example']), spec('b')], toRouteSpecs(set)));
  const ask = (host: string): string => route({ host, path: '/', header: () => [] }).name;
  assert.equal(ask('shop.example'), 'default/shop');
  assert.equal(ask('b.localhost'), 'b');
  assert.throws(() => ask('other.example'), { code: 'not-found' });
  assert.throws(() => ask('web.localhost'), { code: 'not-found' });
});

test('a target without routes is spoken to as the Service in front of it says', async () => {
  const text = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, command: [python3] }] }
---
apiVersion: v1
kind: Service
metadata: { name: front }
spec:
  selector: { app: web }
  ports: [{ port: 80, appProtocol: kubernetes.io/h2c }]
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: web }
spec:
  scaleTargetRef: { name: web }
  triggers: [{ type: cron, metadata: { timezone: UTC, start: 0 8 * * *, end: 0 9 * * *, desiredReplicas: "1" } }]
`;
  const manifests = await parseManifests([{ file: 'web.yaml', text }]);
  const [route] = routesOf(toTargetSpecs(manifests), []);
  assert.equal(route?.protocol, 'h2c');
});
